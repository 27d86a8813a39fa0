#pragma once
// Option values: reads what follows a flag, as a number, a time or a name. CLI11 would take -1 and
// 0x7 for numbers.
//
// Throws, all of them: UsageError.

#include <cstdint>
#include <string>

#include "castaway/scenario/scenario.h"

namespace castaway::ci {

/// A number as people write it: digits alone, and it must fit.
[[nodiscard]] std::uint64_t number(const std::string& flag, const std::string& text,
                                   std::uint64_t least);
/// More than no time: "5s".
[[nodiscard]] Duration duration(const std::string& flag, const std::string& text);
[[nodiscard]] scenario::SubjectProfile profile(const std::string& text);
/// Any but "single".
[[nodiscard]] scenario::Explore::How strategy(const std::string& text);

}  // namespace castaway::ci
