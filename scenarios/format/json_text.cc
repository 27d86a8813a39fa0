#include "json_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/utf8.h"

namespace castaway::scenario {
namespace {

using namespace std::string_view_literals;

bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv) ||
         text.starts_with("{\0"sv) || text.starts_with("\0{"sv);
}

std::string shown(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end of the text";
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte == '\n') return "the end of the line";
  if (byte < 0x20 || byte >= 0x7f) return fmt::format("the byte 0x{:02X}", byte);
  return fmt::format("'{}'", text[offset]);
}

/// DecodeError says "... offset 12: what".
std::pair<std::size_t, std::string_view> taken_apart(std::string_view error) {
  const std::string_view rest = error.substr(error.find("offset ") + "offset "sv.size());
  std::size_t offset = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), offset);
  return {offset, rest.substr(rest.find(": ") + 2)};
}

Problem why_no_json(std::string_view text, std::size_t offset, std::string_view what) {
  if (text.empty())
    return problem_at(text, 0, "", "the text is empty; a scenario is a JSON object");
  if (is_utf16(text)) return problem_at(text, 0, "", "the text is UTF-16; a scenario is UTF-8");
  const char next = offset < text.size() ? text[offset] : '\0';
  if (next == '/' || next == '#') {
    return problem_at(text, offset, "", "JSON has no comments; \"about\" is the place for them");
  }
  return problem_at(text, offset, "",
                    fmt::format("this is not JSON: {}, at {}", what, shown(text, offset)));
}

}  // namespace

nlohmann::json read_json_text(std::string_view text, const std::string& name) {
  const std::size_t start = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  try {
    return parse_json(text.substr(start));
  } catch (const DecodeError& error) {
    const auto [offset, what] = taken_apart(error.what());
    throw ScenarioError(name, {why_no_json(text, start + offset, what)});
  }
}

Problem problem_at(std::string_view text, std::size_t offset, std::string pointer,
                   std::string what) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t start = before.rfind('\n') + 1;  // without any, this is 0
  std::string_view line = before.substr(start);
  if (start == 0 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  return {.pointer = std::move(pointer),
          .line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(characters(line)) + 1,
          .text = std::move(what)};
}

std::string below(std::string_view pointer, std::string_view key) {
  std::string result(pointer);
  result += '/';
  for (const char c : key) c == '~' ? result += "~0" : c == '/' ? result += "~1" : result += c;
  return result;
}

std::string below(std::string_view pointer, std::size_t index) {
  return fmt::format("{}/{}", pointer, index);
}

}  // namespace castaway::scenario
