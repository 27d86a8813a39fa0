#pragma once
// Memory: what this process holds, and the most that it held, as the kernel counts it.
//
// Source: proc(5): VmRSS and VmHWM of status; 5 written to clear_refs resets VmHWM.

#include <cstdint>

namespace castaway::bench {

/// Bytes that are resident now, once what was freed has been given back.
[[nodiscard]] std::uint64_t resident_memory();

/// The most bytes that were resident at a time since reset_peak_memory(), or since the start.
[[nodiscard]] std::uint64_t peak_memory();
/// Throws: std::runtime_error where the kernel does not allow it.
void reset_peak_memory();

}  // namespace castaway::bench
