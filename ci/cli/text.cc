#include "text.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/utf8.h"

namespace castaway::ci {

namespace {

bool is_style(char c) {
  return c >= static_cast<char>(Style::plain) && c <= static_cast<char>(Style::yellow);
}

/// One line of `text`, that is without line breaks, put into lines of `page` columns.
std::string wrap_line(std::string_view first, std::string_view text, std::size_t page) {
  const std::string indent(width(first), ' ');
  const std::size_t columns =
      std::max<std::size_t>(page > indent.size() ? page - indent.size() : 0, 20);
  std::string result(first);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', spaces), text.size());
    const std::string_view word = text.substr(spaces, end - spaces);
    const std::size_t needed = spaces + width(word);
    if (used > 0 && used + needed > columns) {
      result += '\n' + indent;
      used = 0;
      text.remove_prefix(spaces);
      continue;
    }
    result += text.substr(0, end);
    used += needed;
    text.remove_prefix(end);
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return result + '\n';
}

}  // namespace

std::string styled(Style style, std::string_view text) {
  return static_cast<char>(style) + std::string(text) + static_cast<char>(Style::plain);
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return begins_character(c) && !is_style(c); }));
}

std::string pad(std::string_view text, std::size_t columns) {
  const std::size_t used = width(text);
  return std::string(text) + std::string(columns > used ? columns - used : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t used = width(text);
  return std::string(columns > used ? columns - used : 0, ' ') + std::string(text);
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  const std::size_t kept = columns > 2 ? columns - 2 : 0;
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size(); ++end) {
    if (!begins_character(text[end]) || is_style(text[end])) continue;
    if (++used > kept) break;
  }
  return std::string(text.substr(0, end)) + std::string("..").substr(0, columns);
}

std::string wrap(std::string_view first, std::string_view text, std::size_t columns) {
  std::string result;
  std::string before(first);
  do {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += wrap_line(before, text.substr(0, end), columns);
    text.remove_prefix(std::min(end + 1, text.size()));
    before.assign(width(first), ' ');
  } while (!text.empty());
  return result;
}

std::string shell_word(const std::string& word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:=@%+";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

std::string hex(std::uint64_t number) { return fmt::format("{:016x}", number); }

}  // namespace castaway::ci
