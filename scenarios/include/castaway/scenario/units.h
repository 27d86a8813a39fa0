#pragma once
// Units: reads times, chances and large integers as people write them in a scenario. Each is read
// exactly or refused.

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/decisions.h"
#include "castaway/time.h"

namespace castaway::scenario {

/// "250ms", "1.5s", "-1h".
/// Throws: std::invalid_argument, with what is wrong in words.
[[nodiscard]] Duration parse_duration(std::string_view text);

/// "1/10".
/// Throws: std::invalid_argument, with what is wrong in words.
[[nodiscard]] sim::Ratio parse_ratio(std::string_view text);

/// "18446744073709551615".
/// Throws: std::invalid_argument, with what is wrong in words.
[[nodiscard]] std::uint64_t parse_u64(std::string_view text);

[[nodiscard]] std::string to_string(const sim::Ratio& ratio);

}  // namespace castaway::scenario
