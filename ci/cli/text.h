#pragma once
// Text: lines for people, at most 100 columns wide.
//
// Styles are single control characters in the text, which the Console turns into colours or into
// nothing. So a report is made the same way for a terminal, a file and a test.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/check/text.h"

namespace castaway::ci {

using check::count;
using check::grouped;
using check::listed;
using check::times;

inline constexpr std::size_t page_width = 100;

enum class Style : char { plain = 1, bold, dim, red, green, yellow };

[[nodiscard]] std::string styled(Style style, std::string_view text);

/// How many columns it takes; styles take none.
[[nodiscard]] std::size_t width(std::string_view text);

/// With spaces behind it, or before it, up to `columns`.
[[nodiscard]] std::string pad(std::string_view text, std::size_t columns);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t columns);

/// At most `columns` wide; what was cut off leaves "..".
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);

/// Lines of at most `columns`, each with a newline. The first begins with `first`, the others with
/// as many spaces, and line breaks in `text` are kept.
[[nodiscard]] std::string wrap(std::string_view first, std::string_view text,
                               std::size_t columns = page_width);

/// As a shell takes it for one word.
[[nodiscard]] std::string shell_word(const std::string& word);
/// As hashes are shown: 16 digits.
[[nodiscard]] std::string hex(std::uint64_t number);

}  // namespace castaway::ci
