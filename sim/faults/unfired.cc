// Why a rule never fired, for whoever wrote it.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/text.h"
#include "castaway/nearest.h"
#include "castaway/sim/fault_engine.h"

namespace castaway::sim {
namespace {

using check::Event;
using check::History;

/// The names of all operations of the history.
std::vector<std::string> operations_of(const History& history) {
  std::set<std::string> names;
  for (const Event& event : history.events()) {
    if (event.op != 0) names.emplace(history.text(event.op));
  }
  return {names.begin(), names.end()};
}

/// What a pattern or a rule may have misspelt: the operation, if the history has none of that name.
std::string hint(const std::string& op, const History& history) {
  if (op.empty()) return "";
  const std::vector<std::string> names = operations_of(history);
  const auto is_named = [&](const std::string& name) { return matches_op(op, name); };
  if (std::ranges::any_of(names, is_named)) return "";
  const std::string near = nearest(op, names);
  if (!near.empty())
    return fmt::format("; no operation is called \"{}\"; did you mean \"{}\"?", op, near);
  return fmt::format("; no operation is called \"{}\"", op);
}

std::string in_words(const EventPattern& pattern) {
  std::string text = fmt::format("\"{}\"", pattern.ev);
  if (!pattern.op.empty()) text += fmt::format(" of \"{}\"", pattern.op);
  if (!pattern.server.empty()) text += fmt::format(" at \"{}\"", pattern.server);
  if (!pattern.fault.empty()) text += fmt::format(" of rule \"{}\"", pattern.fault);
  if (!pattern.what.empty()) text += fmt::format(" ({})", pattern.what);
  return text;
}

std::string in_words(const On& on) {
  std::string text = fmt::format("{} on its {} hop", to_string(on.edge), to_string(on.hop));
  if (on.edge == Edge::ack || on.edge == Edge::confirm) text = to_string(on.edge);
  if (!on.op.empty()) text += fmt::format(" of \"{}\"", on.op);
  if (!on.method.empty()) text += fmt::format(" with method \"{}\"", on.method);
  if (!on.from.empty()) text += fmt::format(" from \"{}\"", on.from);
  if (!on.to.empty()) text += fmt::format(" to \"{}\"", on.to);
  if (!on.topic.empty()) text += fmt::format(" to topic \"{}\"", on.topic);
  if (!on.exchange.empty()) text += fmt::format(" to exchange \"{}\"", on.exchange);
  return text;
}

/// The conditions that chose none of what the rule met.
std::string conditions(const When& when) {
  std::vector<std::string> words;
  if (!when.nth.empty()) {
    std::vector<std::string> numbers;
    for (const std::uint64_t n : when.nth) numbers.push_back(std::to_string(n));
    words.push_back("number " + check::listed(numbers, "or"));
  }
  if (when.every != 0) words.push_back(fmt::format("every {}th", when.every));
  if (when.window)
    words.push_back(fmt::format("from {} to {}", castaway::to_string(when.window->first),
                                castaway::to_string(when.window->second)));
  if (when.prob) words.push_back(fmt::format("{} in {}", when.prob->num, when.prob->den));
  if (when.burst) words.emplace_back("a burst");
  return words.empty() ? "" : check::listed(words, "and");
}

std::string why(const Rule& rule, std::uint64_t matched, const History& history) {
  if (rule.when.after) {
    const EventPattern& after = *rule.when.after;
    const auto times = static_cast<std::uint64_t>(std::ranges::count_if(
        history.events(), [&](const Event& event) { return matches(after, history, event); }));
    if (times == 0)
      return fmt::format("the event {} that it waits for never happened{}", in_words(after),
                         hint(after.op, history));
    if (times < after.n)
      return fmt::format("the event {} that it waits for happened {} {}, not {}", in_words(after),
                         times, times == 1 ? "time" : "times", after.n);
  }
  if (matched > 0)
    return fmt::format("it met what it is about {} {}, and strikes only {}", matched,
                       matched == 1 ? "time" : "times", conditions(rule.when));
  if (!is_message(rule.on.edge))
    return rule.when.at
               ? fmt::format("its time, {}, never came", castaway::to_string(*rule.when.at))
               : "its moment came when no rule fires any more";
  if (rule.when.after) return "no " + in_words(rule.on) + " came after the event it waits for";
  return "there was no " + in_words(rule.on) + hint(rule.on.op, history);
}

}  // namespace

std::string why_never_fired(const Rule& rule, std::uint64_t matched, const History& history) {
  return fmt::format("rule \"{}\" never fired: {}", rule.id, why(rule, matched, history));
}

}  // namespace castaway::sim
