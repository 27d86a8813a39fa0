#pragma once
// UTF-8, as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <string>
#include <string_view>

namespace castaway {

/// How many bytes the character at the start of `text` has: 1 to 4, or 0 if none starts there.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with U+FFFD for each byte that belongs to no character.
[[nodiscard]] std::string to_utf8(std::string_view text);

/// Whether a byte begins a character, as all but the later bytes of a longer one do.
[[nodiscard]] constexpr bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

/// How many characters begin in `text`.
[[nodiscard]] std::size_t characters(std::string_view text);

}  // namespace castaway
