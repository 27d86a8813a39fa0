#pragma once
// Version: what the program calls itself in what it prints.

#include <string>
#include <string_view>

namespace castaway::ci {

[[nodiscard]] std::string_view version();

/// "castaway 0.1.0"
[[nodiscard]] std::string version_line();

/// How to call this program from where the user stands: the variable CASTAWAY_COMMAND, which a
/// script that runs it sets; else "castaway".
[[nodiscard]] std::string command_name();

}  // namespace castaway::ci
