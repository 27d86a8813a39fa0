#pragma once
// Regressions: scenarios that something once got wrong. They are in a folder called `regressions`,
// and run before anything else: old bugs are the likeliest to return.

#include <string>
#include <vector>

#include "campaign.h"
#include "cli/exit_code.h"
#include "selection.h"

namespace castaway::ci {

/// The folder of regressions that goes with a file or a folder: `regressions` in the folder itself,
/// or in the nearest folder above it that is called `scenarios`. Empty if there is none.
[[nodiscard]] std::string regressions_of(const std::string& path);

/// What the paths name, regressions first; and before them the regressions that go with a folder
/// among the paths, unless `beside` is false.
/// What is wrong with any of them becomes one of the problems, as of select().
[[nodiscard]] std::vector<Selected> select_regressions_first(const std::vector<std::string>& paths,
                                                             bool beside, InputProblems& problems);

/// The regressions that go with the paths; without paths, those of the folder `scenarios` here, or
/// else of the installed ones.
/// What is wrong with any of them becomes one of the problems, as of select().
[[nodiscard]] std::vector<Selected> regressions_for(const std::vector<std::string>& paths,
                                                    InputProblems& problems);

/// Runs regressions, in `profile` or all that they list: a line for all together, and a block for
/// each that does not pass. Says nothing where there are none.
[[nodiscard]] ExitCode run_regressions(const std::vector<Selected>& regressions,
                                       std::optional<scenario::SubjectProfile> profile,
                                       Console& console);

}  // namespace castaway::ci
