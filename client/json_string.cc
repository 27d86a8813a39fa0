#include <array>
#include <charconv>
#include <cstdint>

#include "castaway/utf8.h"

#include "json_cursor.h"
#include "json_text.h"

namespace castaway {
namespace {

std::uint8_t byte(char c) { return static_cast<std::uint8_t>(c); }

/// Whether a byte stands for itself in a string, and needs no look at its neighbours.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < 0x80; ++i) table[i] = i != '"' && i != '\\';
  return table;
}();

/// What a character means behind a backslash; 0 if it means nothing.
constexpr std::array<char, 256> meanings = [] {
  std::array<char, 256> table{};
  table['"'] = '"';
  table['\\'] = '\\';
  table['/'] = '/';
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  const auto tail = [&](int shift) { put(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    tail(6);
  } else {
    put(0xf0 | point >> 18);
    tail(12);
    tail(6);
  }
  tail(0);
}

}  // namespace

void JsonCursor::read_string(std::string& out) {
  out.clear();
  skip();
  for (;;) {
    const std::size_t start = at_;
    while (more() && plain[byte(text_[at_])]) ++at_;
    out.append(text_, start, at_ - start);
    if (!more()) fail("a string without end");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\') {
      read_escape(out);
    } else if (byte(c) < 0x20) {
      fail("a control character in a string");
    } else {
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0) fail("a string that is not UTF-8");
      out.append(text_, at_, length);
      at_ += length;
    }
  }
  skip();
}

/// Reads from the backslash that is next.
void JsonCursor::read_escape(std::string& out) {
  const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (c == 'u') return append_utf8(out, read_code_point());
  const char meaning = meanings[byte(c)];
  if (meaning == 0) fail("an unknown escape");
  out += meaning;
  at_ += 2;
}

std::uint32_t JsonCursor::read_code_point() {
  const std::size_t start = at_;
  const std::uint32_t unit = read_code_unit();
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit < 0xdc00 && text_.substr(at_, 2) == "\\u") {
    const std::uint32_t second = read_code_unit();
    if (second >= 0xdc00 && second <= 0xdfff) {
      return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
    }
  }
  fail_at(start, "half of a surrogate pair");
}

/// Reads `\uXXXX`, of which the first two characters are there.
std::uint32_t JsonCursor::read_code_unit() {
  at_ += 2;
  std::uint32_t unit = 0;
  const std::string_view hex = text_.substr(at_, 4);
  const auto result = std::from_chars(hex.data(), hex.data() + hex.size(), unit, 16);
  if (hex.size() != 4 || result.ec != std::errc() || result.ptr != hex.data() + 4) {
    fail("expected four hexadecimal digits");
  }
  at_ += 4;
  return unit;
}

}  // namespace castaway
