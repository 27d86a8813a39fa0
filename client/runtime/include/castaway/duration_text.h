#pragma once
// DurationText: reads a duration as people write it, with its unit: "250ms", "1.5s", "-1h".
//
// It is read exactly or refused. to_string(Duration) in time.h writes it.

#include <string_view>

#include "castaway/time.h"

namespace castaway {

/// The units are ns, us, ms, s, min and h.
/// Throws: std::invalid_argument, with what is wrong in words.
[[nodiscard]] Duration parse_duration(std::string_view text);

}  // namespace castaway
