#pragma once
// RunAcross: what `run --transport` does: runs scenarios over real transports, beside the
// simulation, and prints one table.

#include <string>
#include <vector>

#include "crossings.h"

namespace castaway::ci {

/// `results` is a file for JSON lines; none if empty.
/// Throws: UsageError for an URL that names no broker of ours, OutputError.
[[nodiscard]] ExitCode run_across(const std::vector<Item>& items,
                                  const std::vector<std::string>& urls, CrossingSettings settings,
                                  const std::string& results, const InputProblems& problems,
                                  Console& console);

}  // namespace castaway::ci
