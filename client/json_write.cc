#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

/// For each byte what follows the backslash when it is escaped, or 0 if it stands for itself.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t control = 0; control < 0x20; ++control) table[control] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

template <class Integer>
void append_integer(std::string& out, Integer value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_object(std::string& out, const json::object_t& object) {
  char separator = '{';
  for (const auto& [key, value] : object) {
    out += separator;
    separator = ',';
    append_json_string(out, key);
    out += ':';
    append_json(out, value);
  }
  if (object.empty()) out += '{';
  out += '}';
}

void append_array(std::string& out, const json::array_t& array) {
  char separator = '[';
  for (const json& value : array) {
    out += separator;
    separator = ',';
    append_json(out, value);
  }
  if (array.empty()) out += '[';
  out += ']';
}

}  // namespace

void append_json(std::string& out, const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      return append_object(out, value.get_ref<const json::object_t&>());
    case json::value_t::array:
      return append_array(out, value.get_ref<const json::array_t&>());
    case json::value_t::string:
      return append_json_string(out, value.get_ref<const std::string&>());
    case json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case json::value_t::number_integer:
      return append_integer(out, value.get<std::int64_t>());
    case json::value_t::number_unsigned:
      return append_integer(out, value.get<std::uint64_t>());
    case json::value_t::number_float:
      out += value.dump();  // always with a point or an exponent, so that it stays a float in Python
      return;
    default:
      out += "null";
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // the start of a run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (escapes[c] == 0) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out += '\\';
    out += escapes[c];
    if (escapes[c] == 'u') {
      constexpr std::string_view digits = "0123456789abcdef";
      out.append("00");
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace castaway
