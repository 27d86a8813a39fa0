#include "wording.h"

#include <fmt/format.h>

#include "castaway/check/text.h"
#include "castaway/nearest.h"
#include "castaway/utf8.h"

namespace castaway::scenario {

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 120;
  const bool cut = text.size() > longest;
  if (cut) {
    std::size_t end = longest;
    while (!begins_character(text[end])) --end;  // not inside a character
    text = text.substr(0, end);
  }
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return cut ? result + "..." : result;
}

std::string in_quotes(std::string_view name) { return fmt::format("\"{}\"", printable(name)); }

std::string listed_in_quotes(std::vector<std::string> names, std::string_view last) {
  for (std::string& name : names) name = in_quotes(name);
  return check::listed(names, last);
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? near : fmt::format("; did you mean {}?", in_quotes(near));
}

}  // namespace castaway::scenario
