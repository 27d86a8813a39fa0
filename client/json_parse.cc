#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "castaway/error.h"
#include "castaway/object.h"

#include "json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether a byte stands for itself in a string, and needs no look at its neighbours.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < 0x80; ++i) table[i] = i != '"' && i != '\\';
  return table;
}();

bool is_plain(char c) { return plain[static_cast<unsigned char>(c)]; }

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

/// Reads one document. It keeps its own stack of what is open: a fiber's is too small to recurse on
/// behalf of strangers.
class Parser {
 public:
  Parser(std::string_view text, int max_depth)
      : text_(text), max_depth_(static_cast<std::size_t>(max_depth)) {}

  json document() {
    json root;
    json* place = &root;
    do {
      skip_space();
      place = opens() ? first_place(*place) : scalar(*place);
      if (place == nullptr) place = next_place();
    } while (place != nullptr);
    skip_space();
    if (at_ != text_.size()) fail("something behind the value");
    return root;
  }

 private:
  // ---- structure -------------------------------------------------------------------------------

  bool opens() const { return peek() == '{' || peek() == '['; }

  /// Enters an object or array, and says where its first value goes; nowhere if it is empty.
  json* first_place(json& place) {
    if (open_.size() == max_depth_) {
      fail("more than " + std::to_string(max_depth_) + " levels of objects and arrays");
    }
    const bool object = text_[at_++] == '{';
    place = json(object ? json::value_t::object : json::value_t::array);
    open_.push_back(&place);
    skip_space();
    return closes() ? nullptr : object ? member(place) : element(place);
  }

  /// Where the value after this one goes; nowhere once the document's own value is complete.
  json* next_place() {
    while (!open_.empty()) {
      json& parent = *open_.back();
      skip_space();
      if (closes()) {
        ++at_;
        open_.pop_back();
        continue;
      }
      if (peek() != ',') fail(parent.is_object() ? "expected ',' or '}'" : "expected ',' or ']'");
      ++at_;
      skip_space();
      return parent.is_object() ? member(parent) : element(parent);
    }
    return nullptr;
  }

  bool closes() const { return peek() == (open_.back()->is_object() ? '}' : ']'); }

  json* member(json& object) {
    if (peek() != '"') fail("expected a key");
    string(scratch_);
    skip_space();
    if (peek() != ':') fail("expected ':'");
    ++at_;
    return &object.get_ref<json::object_t&>()[std::move(scratch_)];
  }

  json* element(json& array) { return &array.get_ref<json::array_t&>().emplace_back(); }

  // ---- scalars ---------------------------------------------------------------------------------

  json* scalar(json& place) {
    switch (peek()) {
      case '"':
        place = json::string_t();
        string(place.get_ref<json::string_t&>());
        break;
      case 't':
        word("true");
        place = true;
        break;
      case 'f':
        word("false");
        place = false;
        break;
      case 'n':
        word("null");
        place = nullptr;
        break;
      default:
        number(place);
    }
    return nullptr;
  }

  void word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) fail("expected a value");
    at_ += expected.size();
  }

  void number(json& place) {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    if (peek() == 'N' || peek() == 'I') fail("NaN and Infinity are not JSON");
    if (!is_digit(peek())) fail(at_ == start ? "expected a value" : "expected a digit");
    if (text_[at_++] != '0') skip_digits();
    bool whole = true;
    if (peek() == '.') {
      whole = false;
      ++at_;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      digits();
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

  void skip_digits() {
    while (is_digit(peek())) ++at_;
  }

  void digits() {
    if (!is_digit(peek())) fail("expected a digit");
    skip_digits();
  }

  template <class Integer>
  Integer integer(std::string_view token, std::size_t start) const {
    Integer value = 0;
    const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
    if (result.ec != std::errc()) fail_at(start, "an integer that does not fit 64 bits");
    return value;
  }

  double real(std::string_view token, std::size_t start) const {
    double value = 0;
    const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
    // Library versions differ in what they report of a number that is too small.
    const bool vanished =
        value == 0 && token.substr(0, token.find_first_of("eE")).find_first_of("123456789") !=
                          std::string_view::npos;
    if (result.ec != std::errc() || vanished || !std::isfinite(value)) {
      fail_at(start, "a number beyond the range of a double");
    }
    return value;
  }

  // ---- text ------------------------------------------------------------------------------------

  void string(std::string& out) {
    const std::size_t start = ++at_;
    while (more() && is_plain(text_[at_])) ++at_;
    if (peek() == '"') {
      out.assign(text_, start, at_ - start);
    } else {
      out.resize(closing_quote() - start);  // no escape is shorter than what it stands for
      char* end = std::copy(text_.data() + start, text_.data() + at_, out.data());
      end = rest_of_string(end);
      out.resize(static_cast<std::size_t>(end - out.data()));
    }
    ++at_;
  }

  /// Where the string that we are in ends.
  std::size_t closing_quote() const {
    for (std::size_t at = at_; at < text_.size(); ++at) {
      if (is_plain(text_[at])) continue;
      if (text_[at] == '"') return at;
      if (text_[at] == '\\') ++at;
    }
    fail_at(text_.size(), "a string without end");
  }

  /// Reads up to the closing quote, which is there. Returns the end of what it wrote.
  char* rest_of_string(char* to) {
    for (;;) {
      // Locals, for a char that is written might be any member.
      const char* from = text_.data() + at_;
      while (is_plain(*from)) *to++ = *from++;
      at_ = static_cast<std::size_t>(from - text_.data());
      const char c = *from;
      if (c == '"') return to;
      if (c == '\\') {
        to = escape(to);
      } else if (static_cast<unsigned char>(c) < 0x20) {
        fail("a control character in a string");
      } else {
        const std::size_t length = utf8_length(text_.substr(at_));
        if (length == 0) fail("a string that is not UTF-8");
        to = std::copy_n(from, length, to);
        at_ += length;
      }
    }
  }

  char* escape(char* to) {
    const char c = text_[at_ + 1];
    if (c == 'u') return write_utf8(to, escaped_code_point());
    *to = meanings[static_cast<unsigned char>(c)];
    if (*to == 0) fail("an unknown escape");
    at_ += 2;
    return to + 1;
  }

  std::uint32_t escaped_code_point() {
    const std::size_t start = at_;
    const std::uint32_t unit = code_unit();
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    if (unit < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      const std::uint32_t second = code_unit();
      if (second >= 0xdc00 && second <= 0xdfff) {
        return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
      }
    }
    fail_at(start, "half of a surrogate pair");
  }

  /// Reads `\uXXXX`, of which the first two are there.
  std::uint32_t code_unit() {
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

  static char* write_utf8(char* to, std::uint32_t point) {
    const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    const auto tail = [&](int shift) { put(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
      put(point);
      return to;
    }
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
    return to;
  }

  // ---- characters ------------------------------------------------------------------------------

  bool more() const { return at_ < text_.size(); }

  /// The next character, or NUL at the end: NUL is nowhere legal outside of a string.
  char peek() const { return more() ? text_[at_] : '\0'; }

  void skip_space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }

  [[noreturn]] static void fail_at(std::size_t offset, const std::string& what) {
    throw DecodeError("no JSON at offset " + std::to_string(offset) + ": " + what);
  }

  const std::string_view text_;
  const std::size_t max_depth_;
  std::size_t at_ = 0;
  std::vector<json*> open_;  ///< each lies in the one before it, which does not grow meanwhile
  std::string scratch_;
};

}  // namespace

json parse_json(std::string_view text) { return parse_json(text, max_json_depth); }

json parse_json(std::string_view text, int max_depth) { return Parser(text, max_depth).document(); }

}  // namespace castaway
