#pragma once
// LineReader: takes a stream of JSON lines apart, a line after the other, and says of a value that
// is not as expected where it stands and what was expected there.

#include <algorithm>
#include <cstdint>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/history.h"
#include "castaway/nearest.h"
#include "castaway/time.h"

#include "flat_json.h"

namespace castaway::check {

class LineReader {
 public:
  /// `name` stands for the stream in errors.
  LineReader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  /// What is done with a line that is no JSON object, and with which the stream ends, without a
  /// line feed: whoever wrote it may have been killed.
  enum class Torn : std::uint8_t { error, dropped };

  /// Takes the next line apart; false at the end of the stream.
  /// Throws: HistoryError if it is no JSON object.
  bool next(Torn torn = Torn::error);
  /// The fields of this line, in the order in which they stand.
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  /// Whether one of them has this key.
  [[nodiscard]] bool has(std::string_view key) const {
    return std::ranges::find(fields_, key, &Field::key) != fields_.end();
  }

  /// What is wrong at a place of this line.
  [[nodiscard]] HistoryError error(std::size_t column, std::string_view what) const;
  // Throws: HistoryError, always.
  [[noreturn]] void fail(std::size_t column, const std::string& what) const;
  [[noreturn]] void fail(const Field& field, std::string_view expected) const;
  /// There is no line where one is expected.
  [[noreturn]] void fail_at_end(std::string_view expected);
  /// Its key is none of `keys`, which are those of the `what`: "head", "event".
  [[noreturn]] void fail_unknown(const Field& field, const std::vector<std::string>& keys,
                                 std::string_view what) const;
  /// Its text is none of `words`.
  [[noreturn]] void fail_word(const Field& field, const std::vector<std::string>& words) const;

  // The value of a field. Each throws a HistoryError if it is no such value.
  [[nodiscard]] std::uint64_t integer(const Field& field, std::uint64_t most,
                                      std::string_view what) const;
  /// Nanoseconds, or text with a unit: 250000000 or "250ms".
  [[nodiscard]] Duration duration(const Field& field) const;
  /// A duration that may be negative.
  [[nodiscard]] Duration difference(const Field& field) const;
  [[nodiscard]] const std::string& text(const Field& field) const;
  [[nodiscard]] bool boolean(const Field& field) const;
  /// A number, or text with one where JSON could not carry it.
  [[nodiscard]] std::uint64_t seed(const Field& field) const;
  [[nodiscard]] std::uint64_t digest(const Field& field) const;
  /// The enumerator whose word it is; `words` are in the order of the enumerators.
  template <class Enum>
  [[nodiscard]] Enum word(const Field& field, std::span<const std::string_view> words) const {
    const auto word = std::ranges::find(words, text(field));
    if (word == words.end()) fail_word(field, {words.begin(), words.end()});
    return static_cast<Enum>(word - words.begin());
  }

 private:
  /// A number as text, digits alone.
  [[nodiscard]] std::uint64_t digits(const Field& field, int base, std::string_view expected) const;

  std::istream& in_;
  std::string name_;
  std::size_t line_ = 0;
  std::string text_;
  std::vector<Field> fields_;
};

}  // namespace castaway::check
