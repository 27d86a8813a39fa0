#pragma once
// The system calls of Linux on x86-64, as the supervisor sees them: those it handles, those that
// concern nobody but the program, those it refuses, and all others.

#include <string>

#include "call.h"

namespace castaway::virtual_time {

/// Null for a call that is none of these.
[[nodiscard]] const Traced* traced_call(long number);

/// "futex"; for a number that is no call: "call 700".
[[nodiscard]] std::string call_name(long number);

/// From now on the calls that the supervisor handles, and those that it does not know, stop this
/// process for its tracer. Children inherit that. Throws: std::system_error.
void install_filter();

}  // namespace castaway::virtual_time
