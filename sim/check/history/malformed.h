#pragma once
// Malformed: says in words what is wrong with a line that is not JSON.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace castaway::check {

/// What came before the error.
enum class LastToken : std::uint8_t {
  none,
  opening,  ///< of the object
  key,
  value,
  nested,  ///< any but a key within a value
  whole_object
};

/// The parser refused `line` at its character number `position`, counted from 1, which may lie
/// behind its end. What it took before ends at offset `taken`.
/// "expected a comma or the end of the object, found \"]\""
[[nodiscard]] std::string why_malformed(std::string_view line, std::size_t taken,
                                        std::size_t position, LastToken last);

}  // namespace castaway::check
