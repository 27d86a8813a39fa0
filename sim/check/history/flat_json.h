#pragma once
// FlatJson: one line with one JSON object, as its keys and values in order, each with the column
// where it stands.
//
// Nested values are checked and discarded, so a reader that expects a number or a text can say so.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::check {

struct Field {
  enum class Type : std::uint8_t {
    null,
    boolean,
    integer,
    negative,
    fraction,
    text,
    object,
    array
  };

  std::string key = {};
  std::size_t column = 0;  ///< of the key, from 1, in bytes
  Type type = Type::null;
  bool boolean = false;
  std::uint64_t integer = 0;  ///< of integer
  std::string text = {};      ///< of text; of negative and fraction: as it is written
};

/// What stands there, for an error message: `12`, `"ping"`, `an object`. Never longer than a few
/// words.
[[nodiscard]] std::string found(const Field& field);

/// A line that is no JSON object.
struct FlatJsonError : std::runtime_error {
  FlatJsonError(std::size_t where, const std::string& what)
      : std::runtime_error(what), column(where) {}
  std::size_t column;
};

/// Throws: FlatJsonError.
void parse_flat_json(std::string_view line, std::vector<Field>& fields);

}  // namespace castaway::check
