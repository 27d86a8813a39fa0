#include "wording.h"

#include <fmt/format.h>

#include "castaway/scenario/json.h"

namespace castaway::scenario {

std::string in_quotes(std::string_view name) { return fmt::format("\"{}\"", name); }

std::string listed(const std::vector<std::string>& names, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? fmt::format(" {} ", last) : ", ";
    text += in_quotes(names[i]);
  }
  return text;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? near : fmt::format("; did you mean {}?", in_quotes(near));
}

}  // namespace castaway::scenario
