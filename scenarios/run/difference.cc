#include "castaway/scenario/difference.h"

#include <algorithm>

#include <fmt/format.h>

namespace castaway::scenario {
namespace {

constexpr std::size_t longest_chain = 12;

}  // namespace

std::vector<std::string> in_words(const check::History& history, std::size_t most) {
  std::vector<std::string> words;
  const std::size_t size = std::min(most, history.events().size());
  for (check::EventIndex event = 0; event < size; ++event)
    words.push_back(describe(history, event));
  return words;
}

std::vector<check::Step> chain(const check::History& history, check::EventIndex event) {
  std::vector<check::Step> steps;
  for (; event != check::no_event && steps.size() < longest_chain; event = history[event].cause)
    steps.push_back({.event = event, .text = describe(history, event)});
  std::ranges::reverse(steps);
  return steps;
}

std::optional<Difference> first_difference(const std::vector<std::string>& before,
                                           std::size_t before_events, const check::History& after) {
  const auto size = static_cast<check::EventIndex>(after.events().size());
  const auto known = static_cast<check::EventIndex>(std::min<std::size_t>(before.size(), size));
  check::EventIndex event = 0;
  while (event < known && before[event] == describe(after, event)) ++event;
  const bool was = event < before.size();
  const bool is = event < size && (was || before_events <= before.size());
  if (!was && !is) return std::nullopt;
  Difference difference{.event = event};
  if (was) difference.before = before[event];
  if (is) difference.after = chain(after, event);
  return difference;
}

std::string to_string(const Difference& difference, std::string_view before,
                      std::string_view after) {
  const std::size_t width = std::max(before.size(), after.size());
  const auto line = [&](std::string_view name, const std::string& text) {
    return fmt::format("  {:{}}  {}\n", name, width, text);
  };
  const std::vector<check::Step>& steps = difference.after;
  std::string text = fmt::format("The first event that differs is {}.\n", difference.event);
  text += line(before, difference.before.empty() ? "nothing: it is over" : difference.before);
  text += line(after, steps.empty() ? "nothing: it is over" : steps.back().text);
  if (steps.size() > 1) text += "What led to it:\n";
  for (std::size_t step = 0; step + 1 < steps.size(); ++step) text += line("", steps[step].text);
  return text;
}

}  // namespace castaway::scenario
