#pragma once
// JsonRefusal: where and why a text is not JSON, in words.
//
// The parser only says where it stopped. This looks at the text once more, and only at one that the
// parser has refused: it decides nothing.

#include <cstddef>
#include <string_view>

namespace castaway {

/// What is known when the parser has stopped.
struct JsonStop {
  std::size_t offset = 0;
  char container = '\0';   ///< '{' or '[', whichever is open innermost; NUL outside of all
  bool after_key = false;  ///< a key has no value yet
};

inline constexpr std::string_view json_too_long = "an integer that does not fit 64 bits";
inline constexpr std::string_view json_too_far = "a number beyond the range of a double";

/// Throws: DecodeError, always.
[[noreturn]] void refuse_json(std::size_t offset, std::string_view what);
/// Finds out where and why by itself.
/// Throws: DecodeError, always.
[[noreturn]] void refuse_json(std::string_view text, const JsonStop& stop);

}  // namespace castaway
