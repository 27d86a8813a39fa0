#pragma once
// FailingRun: a run of a scenario that breaks something, as a replay: what there is to shrink.

#include <optional>
#include <string>

#include "castaway/scenario/shrink.h"

#include "argument.h"
#include "campaign/campaign.h"

namespace castaway::ci {

struct FailingRun {
  scenario::SubjectProfile profile = scenario::SubjectProfile::strict;
  scenario::Scenario scenario = {};  ///< as a replay
  scenario::Property property = {};  ///< what it breaks
};

/// Reads a scenario. With `property` nothing else is expected of it.
/// Throws: InputError, with the nearest property if there is none of that name.
[[nodiscard]] scenario::Scenario read_scenario(const std::string& path,
                                               const std::string& property);

/// Of what a run breaks, what has to stay broken when it is made smaller: the property that the
/// finding names, or else the first that the scenario has. Null if it has none of them: that time
/// stands still, for instance, breaks none.
[[nodiscard]] const scenario::Property* to_keep_broken(const scenario::Scenario& scenario,
                                                       const std::vector<Broken>& broken);

/// The first run that fails: in `profile`, or in that of the finding, or in each profile that the
/// scenario lists. Nothing if it is interrupted.
/// Throws: InputError if none fails.
[[nodiscard]] std::optional<FailingRun> find_failing_run(
    const Selected& selected, std::optional<scenario::SubjectProfile> profile,
    const std::string& property, Console& console);

}  // namespace castaway::ci
