#include "castaway/check/verdict.h"

#include <algorithm>

#include <fmt/format.h>

#include "words.h"

namespace castaway::check {

namespace {

std::string time_in_words(const History& history, const Step& step) {
  return to_string(time_of(history, step).time_since_epoch());
}

/// "event 12  6.5ms", as wide as those of the other steps; nothing for a step without an event.
std::string place(const History& history, const Step& step, const std::vector<Step>& steps) {
  std::size_t event_width = 0;
  std::size_t time_width = 0;
  for (const Step& other : steps) {
    if (other.event == no_event) continue;
    event_width = std::max(event_width, fmt::formatted_size("{}", other.event));
    time_width = std::max(time_width, time_in_words(history, other).size());
  }
  if (event_width == 0) return "";
  if (step.event == no_event) return std::string(6 + event_width + 2 + time_width + 2, ' ');
  return fmt::format("event {:>{}}  {:>{}}  ", step.event, event_width,
                     time_in_words(history, step), time_width);
}

std::string block(const Violation& violation, const History& history) {
  std::string text = violation.what + '\n';
  for (std::size_t i = 0; i < violation.steps.size(); ++i) {
    const Step& step = violation.steps[i];
    text += fmt::format("  {}  {}{}\n", i + 1, place(history, step, violation.steps), step.text);
  }
  if (!violation.consequence_of.empty()) {
    text += fmt::format("A consequence of {}, which is broken for the same operation.\n",
                        violation.consequence_of);
  }
  return text + violation.law + '\n';
}

std::string judged_in_words(const Verdict& verdict, const std::string& judged) {
  const std::string unseen = unseen_in_words(verdict);
  return fmt::format("{} judged{}{}", judged, unseen.empty() ? "" : "; ", unseen);
}

}  // namespace

std::string_view to_string(Ground::Kind kind) {
  switch (kind) {
    case Ground::Kind::fault:
      return "fault";
    case Ground::Kind::event:
      return "event";
    case Ground::Kind::limit:
      break;
  }
  return "limit";
}

TimePoint time_of(const History& history, const Step& step) {
  return step.at != never ? step.at : history[step.event].at;
}

std::string unseen_in_words(const Verdict& verdict) {
  if (verdict.unseen == 0) return "";
  return count(verdict.unseen, "operation") + " began before the history";
}

std::string judged_in_words(const Verdict& verdict) {
  return judged_in_words(verdict, grouped(verdict.judged));
}

std::string to_string(const Verdict& verdict, const History& history) {
  if (verdict.vacuous()) {
    return fmt::format("{} is vacuous: {}\n", verdict.law, verdict.vacuous_because);
  }
  const std::string numbers = judged_in_words(verdict, std::to_string(verdict.judged));
  if (verdict.holds()) return fmt::format("{} holds ({})\n", verdict.law, numbers);
  const auto part = [&](std::string_view how, const std::vector<Violation>& violations) {
    if (violations.empty()) return std::string();
    std::string text =
        fmt::format("{} is {} {} ({})\n", verdict.law, how, times(violations.size()), numbers);
    for (const Violation& violation : violations) text += '\n' + block(violation, history);
    return text;
  };
  return part("violated", verdict.violations) + part("suspected", verdict.suspects);
}

}  // namespace castaway::check
