#pragma once
// Regressions: scenarios/regressions, to which every property is put before anything is drawn.

#include <string>
#include <vector>

#include "scenario_property.h"

namespace castaway::property {

/// Those of a folder of scenarios, as "regressions", and of the folders in it, by the names of
/// their files. Throws: ScenarioError for one that cannot be read.
[[nodiscard]] std::vector<scenario::Scenario> scenarios_in(const std::string& folder);

/// Those that list the profile, run in it: what the property says is wrong with the first that
/// breaks it, as a counterexample; empty if none does.
[[nodiscard]] std::string wrong_with_regressions(const std::string& name, const Property& property,
                                                 scenario::SubjectProfile profile);

}  // namespace castaway::property
