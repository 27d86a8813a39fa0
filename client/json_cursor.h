#pragma once
// JsonCursor: a place in JSON text, and how to read the scalar that begins there.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace castaway {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool more() const { return at_ < text_.size(); }

  /// The next character, or NUL at the end: NUL is nowhere legal outside of a string.
  [[nodiscard]] char peek() const { return more() ? text_[at_] : '\0'; }

  void skip() { ++at_; }

  void skip_space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  /// Passes over `word`, which is the only value that begins as it does.
  /// Throws: DecodeError.
  void read_word(std::string_view word);

  /// Reads the number that is next.
  /// Throws: DecodeError for one that would change, and for NaN and Infinity.
  void read_number(nlohmann::json& place);

  /// Reads the string whose opening quote is next.
  /// Throws: DecodeError.
  void read_string(std::string& out);

  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }
  /// Throws: DecodeError, always.
  [[noreturn]] static void fail_at(std::size_t offset, const std::string& what);

 private:
  // Numbers: json_number.cc.
  void skip_digits();
  void read_digits();
  template <class Integer>
  [[nodiscard]] static Integer integer(std::string_view token, std::size_t start);
  [[nodiscard]] static double real(std::string_view token, std::size_t start);

  // Strings: json_string.cc.
  void read_escape(std::string& out);
  [[nodiscard]] std::uint32_t read_code_point();
  [[nodiscard]] std::uint32_t read_code_unit();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace castaway
