#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind not_answered{"not answered"};

/// How each operation completed, and which processes were killed after which event.
struct Ends {
  explicit Ends(const History& history)
      : completion(history.symbols(), no_event), killed(history.symbols(), no_event) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (is_completion(event.kind) && completion[event.op] == no_event) completion[event.op] = i;
      if (event.detail == Detail::killed) killed[event.actor] = i;
    }
  }

  std::vector<EventIndex> completion;
  std::vector<EventIndex> killed;
};

bool is_answer(EventKind kind) { return kind == EventKind::returned || kind == EventKind::error; }

/// A call that comes once everything works again, and has the time that recovery may take.
bool is_probe(const History& history, const Event& event) {
  if (event.kind != EventKind::invoke || event.operation != OperationKind::call) return false;
  if (event.at <
      deadline_after(deadline_after(history.quiet, history.recovery), history.skew_of(event.actor)))
    return false;
  const TimePoint earliest = earliest_timeout(event);
  return earliest == never || earliest - event.at >= history.recovery;
}

Violation violation(const History& history, EventIndex invoked, EventIndex completion) {
  const Event& invoke = history[invoked];
  Violation violation{.op = std::string(history.text(invoke.op)), .breach = {.kind = not_answered}};
  if (completion != no_event) violation.breach.first = history[completion].kind;
  const std::string what = title(history, invoke.op, invoke.operation);
  violation.what =
      completion != no_event
          ? fmt::format("The {} {}, though nothing was wrong any more.", what,
                        completed(history[completion].kind))
          : fmt::format("The {} never completed, though nothing was wrong any more.", what);
  violation.steps.push_back({invoked, in_words(history, invoke)});
  if (completion != no_event)
    violation.steps.push_back({completion, in_words(history, history[completion])});
  const auto end = static_cast<EventIndex>(history.events().size());
  add(violation, Reasons(history).no_further(invoke.op, completion != no_event ? completion : end));
  violation.law =
      fmt::format("From {} after the last fault on, a call is answered. It came {} after that.",
                  to_string(history.recovery), to_string(invoke.at - history.quiet));
  return violation;
}

}  // namespace

Verdict recovery(const History& history) {
  Verdict verdict{.law = "recovery"};
  if (history.quiet == never) {
    verdict.vacuous_because = "the history does not say from when on nothing went wrong";
    return verdict;
  }
  const Ends ends(history);
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.op == 0) continue;
    if (is_completion(event.kind)) horizon.misses(event.op);
    if (!is_probe(history, event) || horizon.misses(event.op)) continue;
    const EventIndex completion = ends.completion[event.op];
    const EventIndex killed = event.actor == 0 ? no_event : ends.killed[event.actor];
    const bool may_be_open =
        history.ending != Ending::quiescent || (killed != no_event && killed > i);
    if (completion == no_event && may_be_open) continue;
    ++verdict.judged;
    if (completion == no_event || !is_answer(history[completion].kind))
      verdict.violations.push_back(violation(history, i, completion));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because = "no call with time enough came once everything should work again";
  }
  return verdict;
}

Law recovery_law() {
  return {
      .name = "recovery",
      .statement = "Once everything should work again, every call with time enough is answered.",
      .verdict = recovery,
      .needs = LawNeeds::calls,
      .quiet = true,
      .at_end = true,
  };
}

}  // namespace castaway::check
