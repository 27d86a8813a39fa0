#pragma once
// Runs: makes the runs that somebody asked for on the command line, and tells their verdicts.

#include "options.h"

namespace castaway::virtual_time {

/// Returns the exit code of the first run that failed.
/// Throws: NotAllowed; std::system_error; std::runtime_error.
[[nodiscard]] int make_runs(const Options& options);

}  // namespace castaway::virtual_time
