#pragma once
// VerdictText: what the laws say of a history, in words.

#include <string>
#include <vector>

#include "castaway/check/verdict.h"

#include "cli/exit_code.h"

namespace castaway::ci {

/// A law's name, and what it says, as a line.
[[nodiscard]] std::string line_of(const check::Verdict& verdict);

/// What is possible and not proved: the first of each law.
[[nodiscard]] std::string suspicions(const std::vector<check::Verdict>& verdicts,
                                     const check::History& history);

/// Undecided if nothing was judged, or something is suspected.
[[nodiscard]] ExitCode code_of(const std::vector<check::Verdict>& verdicts);

}  // namespace castaway::ci
