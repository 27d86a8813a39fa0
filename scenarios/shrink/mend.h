#pragma once
// Mend: removes what refers to something that was taken out of a scenario, so that a smaller
// scenario is one that a person could have written.

#include <optional>
#include <set>
#include <string>

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

/// What the linter says of a scenario that is as it is: no reason to refuse a smaller one.
using Problems = std::set<std::string, std::less<>>;
[[nodiscard]] Problems problems_of(const Scenario& scenario);

/// Takes out rules that can no longer match, steps that wait for what can no longer happen, gates
/// that nobody opens, tasks without steps. Nothing where that does not help: the property itself
/// refers to what is gone, or nothing is left.
[[nodiscard]] std::optional<Scenario> mend(Scenario scenario, const Problems& known);

}  // namespace castaway::scenario
