#include "line_reader.h"

#include <charconv>
#include <stdexcept>

#include "castaway/check/history.h"
#include "castaway/check/text.h"
#include "castaway/duration_text.h"

#include "history_jsonl.h"

namespace castaway::check {

namespace {

constexpr std::string_view nanoseconds =
    "nanoseconds from 0 to 9223372036854775807, or text with a unit as in \"250ms\"";

}  // namespace

bool LineReader::next(Torn torn) {
  try {
    ++line_;
    if (!next_line(in_, text_)) return --line_, false;
  } catch (const LineTooLong& error) {
    fail(1, error.what());
  }
  try {
    parse_flat_json(text_, fields_);
  } catch (const FlatJsonError& error) {
    if (torn == Torn::dropped && in_.eof()) return false;
    fail(error.column, error.what());
  }
  return true;
}

HistoryError LineReader::error(std::size_t column, std::string_view what) const {
  return HistoryError(fmt::format("{}:{}:{}: {}", name_, line_, column, what));
}

void LineReader::fail(std::size_t column, const std::string& what) const {
  throw error(column, what);
}

void LineReader::fail(const Field& field, std::string_view expected) const {
  fail(field.column,
       fmt::format("\"{}\": expected {}, found {}", field.key, expected, found(field)));
}

void LineReader::fail_at_end(std::string_view expected) {
  ++line_;
  fail(1, fmt::format("expected {}, found the end of the file", expected));
}

void LineReader::fail_unknown(const Field& field, const std::vector<std::string>& keys,
                              std::string_view what) const {
  const Field key{.type = Field::Type::text, .text = field.key};
  const std::string near = nearest(field.key, keys);
  fail(field.column,
       fmt::format("unknown key {}; {}", found(key),
                   near.empty() ? fmt::format("the keys of the {} are {}", what, listed(keys))
                                : fmt::format("the nearest is \"{}\"", near)));
}

void LineReader::fail_word(const Field& field, const std::vector<std::string>& words) const {
  const std::string near = nearest(field.text, words);
  if (near.empty() || words.size() == 1)
    fail(field, (words.size() > 1 ? "one of " : "") + listed(words, "or"));
  fail(field.column, fmt::format("\"{}\": there is no {}; did you mean \"{}\"? The words are {}",
                                 field.key, found(field), near, listed(words)));
}

std::uint64_t LineReader::integer(const Field& field, std::uint64_t most,
                                  std::string_view what) const {
  if (field.type != Field::Type::integer || field.integer > most)
    fail(field, fmt::format("{} from 0 to {}", what, most));
  return field.integer;
}

Duration LineReader::duration(const Field& field) const {
  const Duration length = difference(field);
  if (length < Duration::zero()) fail(field, nanoseconds);
  return length;
}

Duration LineReader::difference(const Field& field) const {
  if (field.type == Field::Type::text) {
    try {
      return parse_duration(field.text);
    } catch (const std::invalid_argument& error) {
      // It begins with the text, which may be long.
      const std::string_view why = error.what();
      if (why.size() <= field.text.size() + 3) fail(field, nanoseconds);
      fail(field.column, fmt::format("\"{}\": {} {}", field.key, found(field),
                                     why.substr(field.text.size() + 3)));
    }
  }
  if (field.type != Field::Type::negative) {
    constexpr auto most = static_cast<std::uint64_t>(Duration::max().count());
    if (field.type != Field::Type::integer || field.integer > most) fail(field, nanoseconds);
    return Duration(static_cast<Duration::rep>(field.integer));
  }
  Duration::rep number = 0;
  const char* end = field.text.data() + field.text.size();
  const auto result = std::from_chars(field.text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) fail(field, nanoseconds);
  return Duration(number);
}

const std::string& LineReader::text(const Field& field) const {
  if (field.type != Field::Type::text) fail(field, "text");
  return field.text;
}

bool LineReader::boolean(const Field& field) const {
  if (field.type != Field::Type::boolean) fail(field, "true or false");
  return field.boolean;
}

std::uint64_t LineReader::seed(const Field& field) const {
  constexpr std::string_view expected = "a number below 2^53, or text with one below 2^64";
  if (field.type == Field::Type::integer && field.integer <= largest_exact) return field.integer;
  return digits(field, 10, expected);
}

std::uint64_t LineReader::digest(const Field& field) const {
  constexpr std::string_view expected = "text with 1 to 16 hexadecimal digits";
  if (field.text.size() > 16) fail(field, expected);
  return digits(field, 16, expected);
}

std::uint64_t LineReader::digits(const Field& field, int base, std::string_view expected) const {
  if (field.type != Field::Type::text) fail(field, expected);
  std::uint64_t number = 0;
  const char* end = field.text.data() + field.text.size();
  const auto result = std::from_chars(field.text.data(), end, number, base);
  if (result.ec != std::errc() || result.ptr != end) fail(field, expected);
  return number;
}

}  // namespace castaway::check
