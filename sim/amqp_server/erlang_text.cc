#include "erlang_text.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace castaway::sim::server {
namespace {

constexpr std::size_t line = 79;  // columns, as ~p fills them

/// What is written of a byte in a text; empty if it cannot be printed. Source: Erlang, io_lib,
/// printable_latin1_list and write_string.
std::string printed(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\x1B':
      return "\\e";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    default:
      break;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  const bool is_latin1 = (byte >= 32 && byte < 127) || byte >= 160;
  return is_latin1 ? std::string(1, c) : std::string();
}

/// As erlang_bytes(), in as many lines as it needs.
std::string in_lines(std::string_view bytes, std::size_t column) {
  const std::string next_line = "\n" + std::string(column + 2, ' ');
  std::string text = "<<";
  std::size_t at = column + text.size();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool is_last = i + 1 == bytes.size();
    const std::string one =
        fmt::format("{}{}", static_cast<std::uint8_t>(bytes[i]), is_last ? ">>" : ",");
    if (at + one.size() > line) {
      text += next_line;
      at = column + 2;
    }
    text += one;
    at += one.size();
  }
  return text;
}

}  // namespace

std::string erlang_bytes(std::string_view bytes) {
  std::string text = "<<";
  for (const char c : bytes)
    text += fmt::format("{}{}", text.size() > 2 ? "," : "", static_cast<std::uint8_t>(c));
  return text + ">>";
}

std::string erlang_term(std::string_view bytes, std::size_t column) {
  std::string text;
  for (const char c : bytes) {
    const std::string one = printed(c);
    if (one.empty()) return in_lines(bytes, column);
    text += one;
  }
  return bytes.empty() ? "<<>>" : "<<\"" + text + "\">>";
}

std::string erlang_tuple(std::string_view name, unsigned number, std::size_t column) {
  const std::string last = fmt::format("{}}}", number);
  const std::string first = fmt::format("{{{},", name);
  if (column + first.size() + last.size() <= line) return first + last;
  return first + "\n" + std::string(column + 1, ' ') + last;
}

}  // namespace castaway::sim::server
