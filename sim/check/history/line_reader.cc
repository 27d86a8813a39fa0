#include "line_reader.h"

#include <charconv>

#include "castaway/check/history.h"
#include "castaway/check/text.h"

#include "history_jsonl.h"

namespace castaway::check {

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

void LineReader::fail(std::size_t column, const std::string& what) const {
  throw HistoryError(fmt::format("{}:{}:{}: {}", name_, line_, column, what));
}

void LineReader::fail(const Field& field, std::string_view expected) const {
  fail(field.column,
       fmt::format("\"{}\": expected {}, found {}", field.key, expected, found(field)));
}

void LineReader::fail_at_end(const std::string& expected) {
  ++line_;
  fail(1, fmt::format("expected {}, found the end of the file", expected));
}

void LineReader::fail_unknown(const Field& field, const std::vector<std::string>& keys) const {
  const Field key{.type = Field::Type::text, .text = field.key};
  const std::string near = nearest(field.key, keys);
  fail(field.column,
       fmt::format("unknown key {}{}", found(key),
                   near.empty() ? near : fmt::format("; the nearest is \"{}\"", near)));
}

void LineReader::fail_word(const Field& field, const std::vector<std::string>& words) const {
  const std::string near = nearest(field.text, words);
  fail(field,
       near.empty() ? "one of " + listed(words, "or") : fmt::format("a word like \"{}\"", near));
}

std::uint64_t LineReader::integer(const Field& field, std::uint64_t most,
                                  std::string_view what) const {
  if (field.type != Field::Type::integer || field.integer > most)
    fail(field, fmt::format("{} from 0 to {}", what, most));
  return field.integer;
}

Duration LineReader::duration(const Field& field) const {
  constexpr auto most = static_cast<std::uint64_t>(Duration::max().count());
  return Duration(static_cast<Duration::rep>(integer(field, most, "nanoseconds")));
}

Duration LineReader::difference(const Field& field) const {
  if (field.type != Field::Type::negative) return duration(field);
  Duration::rep number = 0;
  const char* end = field.text.data() + field.text.size();
  const auto result = std::from_chars(field.text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) fail(field, "nanoseconds");
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
