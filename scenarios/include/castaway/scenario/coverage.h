#pragma once
// Coverage: which laws had something to judge while which fault struck at which step of an
// operation. It measures how much of the contract was tested, not lines of code.

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// A fault of this family struck an operation that had come to this step.
struct Strike {
  std::string family = {};  ///< "confirm lost", "process kill"; "none" where nothing struck
  std::string step = {};    ///< "accepted"
  friend auto operator<=>(const Strike&, const Strike&) = default;
};

struct Cell {
  std::string law = {};
  Strike strike = {};
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

/// What kind of trouble a rule makes: its edge, its hop where there are two, and its action:
/// "request deliver drop".
[[nodiscard]] std::string family_of(const sim::Rule& rule);

/// Where the faults of a run struck. A fault that is not about a message strikes every operation
/// under way.
[[nodiscard]] std::set<Strike> strikes_in(const Scenario& scenario, const check::History& history);

/// The steps at which a fault of this family could strike.
[[nodiscard]] std::vector<std::string_view> steps_of(std::string_view family);

}  // namespace castaway::scenario
