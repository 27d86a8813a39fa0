#include "hints.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "castaway/check/laws.h"
#include "castaway/check/text.h"

namespace castaway::ci {

namespace {

using check::EventIndex;
using check::History;
using check::Symbol;

/// Clocks that are farther apart are not what a hint is for.
constexpr Duration largest_skew = 500ms;

/// A longer history is not judged again with another skew: that takes a copy of it.
constexpr std::size_t longest_history = 1'000'000;

std::set<std::string> operations(const check::Verdict& verdict) {
  std::set<std::string> names;
  for (const check::Violation& violation : verdict.violations) names.insert(violation.op);
  return names;
}

/// How far apart the clocks must be that told the events of this argument: as far as two actors'
/// events are.
Duration apart(const History& history, const check::Violation& violation,
               std::set<std::string>& actors) {
  Duration most = {};
  for (const check::Step& one : violation.steps) {
    for (const check::Step& other : violation.steps) {
      if (one.event == check::no_event || other.event == check::no_event) continue;
      const check::Event& first = history[one.event];
      const check::Event& second = history[other.event];
      if (first.actor == second.actor) continue;
      most = std::max(most, second.at - first.at);
      for (const Symbol actor : {first.actor, second.actor})
        if (actor != 0) actors.insert(std::string(history.text(actor)));
    }
  }
  return most;
}

/// Half of it, rounded up to what people write.
Duration skew_for(Duration apart) {
  const Duration half = (apart + 1ns) / 2;
  const Duration unit = half > 1ms ? Duration(1ms) : half > 1us ? Duration(1us) : Duration(1ns);
  return (half + unit - 1ns) / unit * unit;
}

check::Verdict judged_with(const History& history, const check::Law& law, Duration skew) {
  History other = history;
  other.skew = std::max(other.skew, skew);
  return law.judge(other);
}

std::string hint_of(const History& history, const check::Law& law, const check::Verdict& verdict) {
  const std::set<std::string> left = operations(judged_with(history, law, largest_skew));
  Duration most = {};
  std::set<std::string> actors;
  std::set<std::string> gone;
  for (const check::Violation& violation : verdict.violations) {
    if (left.contains(violation.op)) continue;
    gone.insert(violation.op);
    most = std::max(most, apart(history, violation, actors));
  }
  const Duration skew = std::min(skew_for(most), largest_skew);
  if (gone.empty() || skew <= history.skew) return "";
  const std::set<std::string> still = operations(judged_with(history, law, skew));
  if (std::ranges::any_of(gone, [&](const std::string& op) { return still.contains(op); }))
    return "";
  const bool all = gone.size() == operations(verdict).size();
  return fmt::format(
      "{} if the clocks of {} are up to {} apart. If they are not one clock, say so in the head: "
      "\"skew\": \"{}\".\n",
      all ? fmt::format("{} is not violated", law.name)
          : fmt::format("{} of {} {} none", check::count(gone.size(), "violation"), law.name,
                        gone.size() == 1 ? "is" : "are"),
      check::listed({actors.begin(), actors.end()}), to_string(most), to_string(skew));
}

}  // namespace

std::string skew_hint(const History& history, const std::vector<check::Verdict>& verdicts) {
  if (history.seed != 0 || history.events().size() > longest_history) return "";
  std::string hints;
  for (const check::Verdict& verdict : verdicts) {
    const check::Law* law = check::find_law(verdict.law);
    if (verdict.violated() && law != nullptr) hints += hint_of(history, *law, verdict);
  }
  return hints;
}

std::string until_hint(const History& history) {
  if (history.ending != check::Ending::limit || history.until != never) return "";
  std::map<Symbol, EventIndex> open;
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    const check::Event& event = history[i];
    if (event.kind == check::EventKind::invoke && event.op != 0) open[event.op] = i;
    if (is_completion(event.kind)) open.erase(event.op);
  }
  std::vector<std::string> names;
  TimePoint latest = {};
  for (const auto& [op, invoke] : open) {
    const TimePoint deadline = history[invoke].deadline;
    if (deadline == never || deadline_after(deadline, history.slack) < history.end()) continue;
    latest = std::max(latest, deadline_after(deadline, history.slack));
    names.push_back(fmt::format("\"{}\"", history.text(op)));
  }
  if (names.empty()) return "";
  const std::size_t number = names.size();
  if (number > 3) {
    names.resize(2);
    names.push_back(check::count(number - 2, "other"));
  }
  return fmt::format(
      "{} had not completed at the last event, and {} deadline was yet to come, so no law judged "
      "whether {}. If the run was observed beyond {}, say until when in the head: \"until\".\n",
      check::listed(names), number == 1 ? "its" : "their", number == 1 ? "it hangs" : "they hang",
      to_string(latest.time_since_epoch()));
}

}  // namespace castaway::ci
