#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "castaway/error.h"
#include "castaway/object.h"

#include "json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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
    return &object.get_ref<json::object_t&>()[scratch_];
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
    out.clear();
    ++at_;
    for (;;) {
      const std::size_t start = at_;
      while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
      out.append(text_, start, at_ - start);
      if (at_ == text_.size()) fail("a string without end");
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\') {
        escape(out);
      } else if (static_cast<unsigned char>(c) < 0x20) {
        fail("a control character in a string");
      } else {
        const std::size_t length = utf8_length(text_.substr(at_));
        if (length == 0) fail("a string that is not UTF-8");
        out.append(text_, at_, length);
        at_ += length;
      }
    }
    ++at_;
  }

  static bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 &&
           c != '"' && c != '\\';
  }

  void escape(std::string& out) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    ++at_;
    const char c = peek();
    if (c == 'u') {
      append_utf8(out, escaped_code_point());
    } else if (const std::size_t which = names.find(c); which != std::string_view::npos) {
      out += meanings[which];
      ++at_;
    } else {
      fail("an unknown escape");
    }
  }

  std::uint32_t escaped_code_point() {
    const std::size_t start = at_ - 1;
    const std::uint32_t unit = code_unit();
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    if (unit < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      ++at_;
      const std::uint32_t second = code_unit();
      if (second >= 0xdc00 && second <= 0xdfff) {
        return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
      }
    }
    fail_at(start, "half of a surrogate pair");
  }

  /// The four digits after the `u` that is next.
  std::uint32_t code_unit() {
    ++at_;
    std::uint32_t unit = 0;
    const std::string_view hex = text_.substr(at_, 4);
    const auto result = std::from_chars(hex.data(), hex.data() + hex.size(), unit, 16);
    if (hex.size() != 4 || result.ec != std::errc() || result.ptr != hex.data() + 4) {
      fail("expected four hexadecimal digits");
    }
    at_ += 4;
    return unit;
  }

  static void append_utf8(std::string& out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
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
