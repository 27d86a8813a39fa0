#pragma once
// Program: the `castaway` program, from its arguments to its exit code.

#include <string>
#include <vector>

#include "exit_code.h"

namespace castaway::ci {

/// `arguments` without the program's own name.
[[nodiscard]] ExitCode program(const std::vector<std::string>& arguments);

}  // namespace castaway::ci
