#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/hand_made.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind not_heard{"a reply in time, and no answer"};

/// What keeps a reply that arrived from being heard.
struct Excuses {
  explicit Excuses(const History& history)
      : damaged(history.symbols()),
        killed(history.symbols(), no_event),
        paused(history.symbols(), no_event) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (event.detail == Detail::damage) damaged[event.op] = true;
      if (event.detail == Detail::killed) killed[event.actor] = i;
      if (event.detail == Detail::paused) paused[event.actor] = i;
    }
  }

  std::vector<bool> damaged;       ///< by operation: one of its messages was
  std::vector<EventIndex> killed;  ///< by process: the last time
  std::vector<EventIndex> paused;
};

bool is_answer(EventKind kind) { return kind == EventKind::returned || kind == EventKind::error; }

Violation violation(const History& history, EventIndex invoked, EventIndex arrival,
                    EventIndex completion) {
  const Event& invoke = history[invoked];
  Violation violation{.op = std::string(history.text(invoke.op)),
                      .breach = {.kind = not_heard},
                      .steps = {{invoked, in_words(history, invoke)},
                                {arrival, in_words(history, history[arrival])}}};
  const std::string call = title(history, invoke.op, invoke.operation);
  if (completion == no_event) {
    violation.what = fmt::format("The {} never completed, though its reply had arrived.", call);
    violation.law = "A reply that arrives while its call waits ends the call.";
    return violation;
  }
  const Event& end = history[completion];
  violation.breach.first = end.kind;
  violation.what =
      fmt::format("The {} {}, though its reply had arrived.", call, completed(end.kind));
  violation.steps.push_back({completion, in_words(history, end)});
  violation.law = fmt::format(
      "A reply that arrives while its call waits ends the call. This one came {} before.",
      to_string(between(history[arrival], end)));
  return violation;
}

}  // namespace

Verdict reply_heard(const History& history) {
  Verdict verdict{.law = "reply-heard"};
  const Invocations invocations(history);
  const HandMade hand_made(history);
  const Excuses excuses(history);
  Horizon horizon(history, invocations);
  std::vector<EventIndex> arrived(history.symbols(), no_event);
  std::vector<bool> done(history.symbols());
  const std::vector<Event>& events = history.events();
  const auto is_excused = [&](EventIndex invoke, EventIndex end) {
    const Event& event = events[invoke];
    const EventIndex arrival = arrived[event.op];
    const auto falls_between = [&](EventIndex index) {
      return index != no_event && index > invoke && index < end;
    };
    return excuses.damaged[event.op] || hand_made.answered(event.op, end) ||
           falls_between(excuses.killed[event.actor]) ||
           falls_between(excuses.paused[event.actor]) ||
           // At one instant either may come first: the reply, or what ended the call.
           (end < events.size() && !is_answer(events[end].kind) &&
            events[end].at <= deadline_after(events[arrival].at, history.slack));
  };
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.op == 0) continue;
    const EventIndex invoke = invocations.last(event.op);
    if (invoke == no_event || invoke > i || events[invoke].operation != OperationKind::call)
      continue;
    if (event.kind == EventKind::reply_arrive && arrived[event.op] == no_event && !done[event.op])
      arrived[event.op] = i;
    if (!is_completion(event.kind) || done[event.op]) continue;
    done[event.op] = true;
    if (arrived[event.op] == no_event || horizon.misses(event.op) || is_excused(invoke, i))
      continue;
    ++verdict.judged;
    if (!is_answer(event.kind))
      verdict.violations.push_back(violation(history, invoke, arrived[event.op], i));
  }
  for (Symbol op = 1; op < history.symbols() && history.ending == Ending::quiescent; ++op) {
    if (arrived[op] == no_event || done[op]) continue;
    const EventIndex invoke = invocations.last(op);
    if (horizon.misses(op) || is_excused(invoke, static_cast<EventIndex>(events.size()))) continue;
    ++verdict.judged;
    verdict.violations.push_back(violation(history, invoke, arrived[op], no_event));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no reply arrived while its call waited";
  return verdict;
}

Law reply_heard_law() {
  return {
      .name = "reply-heard",
      .statement = "A reply that arrives while its call waits ends the call.",
      .verdict = reply_heard,
      .needs = LawNeeds::calls,
  };
}

}  // namespace castaway::check
