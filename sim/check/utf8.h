#pragma once
// UTF-8, as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.

#include <string>
#include <string_view>

namespace castaway::check {

[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with U+FFFD for each byte that belongs to no character.
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace castaway::check
