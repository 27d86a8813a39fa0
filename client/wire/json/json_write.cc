#include <array>
#include <charconv>
#include <cstdint>

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

/// For each byte how much longer it is when it is escaped.
constexpr std::array<std::uint8_t, 256> growth = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = escapes[i] == 0 ? 0 : escapes[i] == 'u' ? 5 : 1;
  }
  return table;
}();

/// Writes the four digits of a control character's escape.
char* write_control(char* to, char c) {
  *to++ = '0';
  *to++ = '0';
  *to++ = static_cast<char>('0' + (c >> 4));
  *to++ = "0123456789abcdef"[c & 15];
  return to;
}

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
      out +=
          value.dump();  // always with a point or an exponent, so that it stays a float in Python
      return;
    default:
      out += "null";
  }
}

void append_json_string(std::string& out, std::string_view text) {
  std::size_t size = text.size() + 2;
  for (const char c : text) size += growth[static_cast<unsigned char>(c)];
  const std::size_t start = out.size();
  out.resize(start + size);
  char* to = out.data() + start;
  *to++ = '"';
  for (const char c : text) {
    const char escape = escapes[static_cast<unsigned char>(c)];
    if (escape == 0) {
      *to++ = c;
      continue;
    }
    *to++ = '\\';
    *to++ = escape;
    if (escape == 'u') to = write_control(to, c);
  }
  *to = '"';
}

}  // namespace castaway
