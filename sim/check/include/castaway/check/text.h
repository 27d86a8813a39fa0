#pragma once
// Text: numbers and lists in words, so that laws, lint and reports put them in the same way.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::check {

/// "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "1 message", "12,345 messages"
[[nodiscard]] std::string count(std::uint64_t number, std::string_view noun);

/// "never", "once", "twice", "3 times"
[[nodiscard]] std::string times(std::uint64_t number);

/// "a", "a and b", "a, b and c", with another word for the "and".
[[nodiscard]] std::string listed(const std::vector<std::string>& words,
                                 std::string_view last = "and");

}  // namespace castaway::check
