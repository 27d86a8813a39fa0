#include "json_refusal.h"

#include <optional>

#include "castaway/error.h"
#include "castaway/utf8.h"

#include "json_text.h"

namespace castaway {
namespace {

struct Flaw {
  std::size_t offset = 0;
  std::string_view what = {};
};

constexpr std::string_view no_value = "expected a value";
constexpr std::string_view no_digit = "expected a digit";

// ---- strings -----------------------------------------------------------------------------------

bool is_one_of(char c, std::string_view characters) {
  return characters.find(c) != characters.npos;
}

bool is_code_unit(std::string_view escape) {
  return escape.size() == 6 && escape.starts_with("\\u") &&
         escape.find_first_not_of("0123456789abcdefABCDEF", 2) == escape.npos;
}

/// Whether \uXXXX is the half of a surrogate pair that has its second digit among `digits`.
bool is_half(std::string_view escape, std::string_view digits) {
  return is_code_unit(escape) && is_one_of(escape[2], "dD") && is_one_of(escape[3], digits);
}

/// Moves `at` behind the escape that begins there, or says what is wrong with it.
std::optional<Flaw> pass_escape(std::string_view text, std::size_t& at) {
  const std::string_view escape = text.substr(at, 6);
  const std::string_view next = text.substr(at).substr(escape.size(), 6);
  constexpr std::string_view second_digits = "cdefCDEF";
  if (is_half(escape, "89abAB") && is_half(next, second_digits)) {
    at += 12;
  } else if (is_half(escape, "89abAB") || is_half(escape, second_digits)) {
    return Flaw{at, "half of a surrogate pair"};
  } else if (is_code_unit(escape)) {
    at += 6;
  } else if (escape.starts_with("\\u")) {
    return Flaw{at + 2, "expected four hexadecimal digits"};
  } else if (escape.size() > 1 && is_one_of(escape[1], "\"\\/bfnrt")) {
    at += 2;
  } else {
    return Flaw{at, "an unknown escape"};
  }
  return {};
}

/// Moves `at` behind the string that begins there, or says what is wrong with it.
std::optional<Flaw> pass_string(std::string_view text, std::size_t& at) {
  for (++at; at < text.size() && text[at] != '"';) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return Flaw{at, "a string that is not UTF-8"};
    if (static_cast<unsigned char>(text[at]) < 0x20) {
      return Flaw{at, "a control character in a string"};
    }
    if (text[at] != '\\') {
      at += length;
    } else if (const auto flaw = pass_escape(text, at)) {
      return flaw;
    }
  }
  if (at == text.size()) return Flaw{at, "a string without end"};
  ++at;
  return {};
}

// ---- everything else ---------------------------------------------------------------------------

/// Where the literal begins of which only a part was read.
std::optional<std::size_t> broken_literal(std::string_view read) {
  const std::size_t start = read.find_last_not_of("aeflnrstu") + 1;
  const std::string_view word = read.substr(start);
  const bool exponent = word == "e";
  if (word.empty() || exponent || word == "true" || word == "false" || word == "null") return {};
  return start;
}

/// Whether a number was read that needs one more digit. `true` ends with an e too, but with no
/// digit before it.
bool lacks_a_digit(std::string_view read) {
  const char last = read.empty() ? '\0' : read.back();
  const char before = read.size() < 2 ? '\0' : read[read.size() - 2];
  return is_one_of(last, "-+.") || (is_one_of(last, "eE") && is_one_of(before, "0123456789"));
}

/// What may follow what was read.
std::string_view expected(std::string_view read, const JsonStop& stop) {
  if (lacks_a_digit(read)) return no_digit;
  const std::size_t last = read.find_last_not_of(" \t\r\n");
  const char before = last == read.npos ? '\0' : read[last];
  if (stop.after_key) return before == ':' ? no_value : "expected ':'";
  if (stop.container == '\0') return no_value;
  const bool separated = before == stop.container || before == ',';
  if (stop.container == '[') return separated ? no_value : "expected ',' or ']'";
  return separated ? "expected a key" : "expected ',' or '}'";
}

Flaw flaw_of(std::string_view text, const JsonStop& stop) {
  for (std::size_t at = text.find('"'); at < stop.offset; at = text.find('"', at)) {
    if (const auto flaw = pass_string(text, at)) return *flaw;
  }
  const std::string_view read = text.substr(0, stop.offset);
  if (const auto start = broken_literal(read)) return {*start, no_value};
  const std::string_view what = expected(read, stop);
  const bool numeric = what == no_value || what == no_digit;
  const bool nan = stop.offset < text.size() && is_one_of(text[stop.offset], "NI");
  return {stop.offset, numeric && nan ? "NaN and Infinity are not JSON" : what};
}

}  // namespace

void refuse_json(std::size_t offset, std::string_view what) {
  throw DecodeError("no JSON at offset " + std::to_string(offset) + ": " + std::string(what));
}

void refuse_json(std::string_view text, const JsonStop& stop) {
  const Flaw flaw = flaw_of(text, stop);
  refuse_json(flaw.offset, flaw.what);
}

}  // namespace castaway
