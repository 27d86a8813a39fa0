#include <charconv>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "json_cursor.h"

namespace castaway {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void JsonCursor::read_number(nlohmann::json& place) {
  const std::size_t start = at_;
  if (peek() == '-') skip();
  if (peek() == 'N' || peek() == 'I') fail("NaN and Infinity are not JSON");
  if (!is_digit(peek())) fail(at_ == start ? "expected a value" : "expected a digit");
  if (text_[at_++] != '0') skip_digits();
  bool whole = true;
  if (peek() == '.') {
    whole = false;
    skip();
    read_digits();
  }
  if (peek() == 'e' || peek() == 'E') {
    whole = false;
    skip();
    if (peek() == '+' || peek() == '-') skip();
    read_digits();
  }
  const std::string_view token = text_.substr(start, at_ - start);
  if (!whole) {
    place = real(token, start);
  } else if (token.front() == '-') {
    place = integer<std::int64_t>(token, start);
  } else {
    place = integer<std::uint64_t>(token, start);
  }
}

void JsonCursor::skip_digits() {
  while (is_digit(peek())) skip();
}

void JsonCursor::read_digits() {
  if (!is_digit(peek())) fail("expected a digit");
  skip_digits();
}

template <class Integer>
Integer JsonCursor::integer(std::string_view token, std::size_t start) {
  Integer value = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
  if (result.ec != std::errc()) fail_at(start, "an integer that does not fit 64 bits");
  return value;
}

double JsonCursor::real(std::string_view token, std::size_t start) {
  double value = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
  // That is true of what would round to zero as well as of what would round to infinity.
  if (result.ec != std::errc()) fail_at(start, "a number beyond the range of a double");
  return value;
}

}  // namespace castaway
