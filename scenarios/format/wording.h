#pragma once
// Wording: names as they are shown in problems.

#include <string>
#include <string_view>
#include <vector>

namespace castaway::scenario {

/// One line, whatever is in it: control characters are escaped, and what is very long is cut off.
[[nodiscard]] std::string printable(std::string_view text);

/// "a"
[[nodiscard]] std::string in_quotes(std::string_view name);

/// "a", "b" and "c", with another word for the "and".
[[nodiscard]] std::string listed_in_quotes(std::vector<std::string> names,
                                           std::string_view last = "and");

/// `; did you mean "a"?`, or nothing if none of `known` is near.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& known);

}  // namespace castaway::scenario
