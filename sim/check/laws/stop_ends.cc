#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"

namespace castaway::check {

namespace {

constexpr BreachKind never_stopped{"stop never ended"};
constexpr BreachKind never_drained{"wait never ended"};

/// What a history shows of the ends of stops. What it never shows, nobody may have recorded; unless
/// somebody counted what was left in the end, and so has seen all.
struct Shown {
  explicit Shown(const History& history) {
    for (const Event& event : history.events()) {
      const bool counted = event.kind == EventKind::residue;
      const bool is_drained = event.kind == EventKind::process && event.detail == Detail::drained;
      const bool is_stopped = event.kind == EventKind::process && event.detail == Detail::stopped;
      drained = drained || counted || is_drained;
      stopped = stopped || counted || is_drained || is_stopped;
    }
  }

  bool stopped = false;
  bool drained = false;
};

/// A stop of a server that has begun.
struct Stop {
  EventIndex begin = no_event;
  EventIndex stopped = no_event;
};

Violation violation(const History& history, Symbol server, const Stop& stop) {
  const std::string name = who(history, server, "A server");
  const bool stopped = stop.stopped != no_event;
  Violation violation{
      .breach = {.kind = stopped ? never_drained : never_stopped},
      .what = stopped ? fmt::format("{} stopped, and never finished what it had begun.", name)
                      : fmt::format("{} was told to stop, and never did.", name),
      .steps = {{stop.begin, in_words(history, history[stop.begin])}}};
  if (stopped) violation.steps.push_back({stop.stopped, in_words(history, history[stop.stopped])});
  const auto end = static_cast<EventIndex>(history.events().size() - 1);
  violation.steps.push_back(
      {end, history.ending == Ending::livelock
                ? "time stood still: so much happened at one instant that it never went on"
                : "the run ended, and nothing was left that could happen"});
  violation.law =
      "stop() ends once no request is begun any more, and wait() once those begun have ended.";
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict stop_ends(const History& history) {
  Verdict verdict{.law = "stop-ends"};
  const Shown shown(history);
  std::map<Symbol, Stop> stopping;
  std::map<Symbol, int> running;
  std::set<Symbol> known;  // a history that begins late may not show what others were busy with
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::execute) ++running[event.actor];
    if (event.kind == EventKind::done) --running[event.actor];
    if (event.kind != EventKind::process) continue;
    switch (event.detail) {
      case Detail::started:
        known.insert(event.actor);
        running.erase(event.actor);
        break;
      case Detail::stopping:
        stopping[event.actor] = {.begin = i};
        break;
      case Detail::stopped:
        if (const auto found = stopping.find(event.actor); found != stopping.end())
          found->second.stopped = i;
        break;
      case Detail::serving:  // whoever serves again has stopped
      case Detail::drained:
        verdict.judged += stopping.erase(event.actor);
        break;
      case Detail::killed:
        known.insert(event.actor);
        stopping.erase(event.actor);
        running.erase(event.actor);
        break;
      default:
        break;
    }
  }
  const bool over = history.ending == Ending::quiescent || history.ending == Ending::livelock;
  for (const auto& [server, stop] : stopping) {
    // Whoever waits for a method that never ends waits as it should.
    if (!over || running[server] > 0 || (history.begins_late() && !known.contains(server)))
      continue;
    const bool stopped = stop.stopped != no_event;
    if (stopped ? !shown.drained : !shown.stopped) continue;
    ++verdict.judged;
    verdict.violations.push_back(violation(history, server, stop));
  }
  if (verdict.judged == 0) verdict.vacuous_because = "the history shows no end of a stop";
  return verdict;
}

Law stop_ends_law() {
  return {
      .name = "stop-ends",
      .statement = "A server that is stopped stops, and finishes what it has begun.",
      .verdict = stop_ends,
      .needs = LawNeeds::stops,
      .needs_invoke = false,
      .at_end = true,
  };
}

}  // namespace castaway::check
