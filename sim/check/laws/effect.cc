#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind executed_after_all{"without effect, and executed"};

bool denies(const Event& event) {
  const bool ended_badly = event.kind == EventKind::failure || event.kind == EventKind::timeout;
  return ended_badly && event.effect == Effect::none;
}

Violation violation(const History& history, const Invocations& invocations, EventIndex denial,
                    EventIndex execution) {
  const Event& event = history[denial];
  Violation violation{
      .op = std::string(history.text(event.op)),
      .breach = {.kind = executed_after_all, .first = event.kind},
      .what =
          fmt::format("The {} {} without effect, and was executed all the same.",
                      title(history, event.op, invocations.kind(event.op)), completed(event.kind)),
      .steps = {{denial, in_words(history, event)},
                {execution, in_words(history, history[execution])}},
      .law = fmt::format(
          "Whoever is told that a request had no effect may send it again. It was executed {} {}.",
          to_string(execution < denial ? between(history[execution], event)
                                       : between(event, history[execution])),
          execution < denial ? "before" : "after")};
  const EventIndex invoke = invocations.index(event.op);
  if (invoke != no_event) violation.steps.push_back({invoke, in_words(history, history[invoke])});
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict effect(const History& history) {
  Verdict verdict{.law = "effect"};
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  std::vector<EventIndex> executed(history.symbols(), no_event);
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    if (events[i].kind == EventKind::execute && executed[events[i].op] == no_event)
      executed[events[i].op] = i;
  }
  for (EventIndex i = 0; i < events.size(); ++i) {
    if (!denies(events[i]) || events[i].op == 0) continue;
    horizon.misses(events[i].op);  // an execution before may be missing, one that is here counts
    ++verdict.judged;
    const EventIndex execution = executed[events[i].op];
    if (execution != no_event)
      verdict.violations.push_back(violation(history, invocations, i, execution));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "nothing ended with the effect none";
  return verdict;
}

Law effect_law() {
  return {
      .name = "effect",
      .statement = "What is said to have had no effect is not executed.",
      .verdict = effect,
  };
}

}  // namespace castaway::check
