#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind not_accepted{"returned, and not accepted"};

Violation violation(const History& history, EventIndex invoked, EventIndex end, EventIndex accept) {
  const Event& invoke = history[invoked];
  Violation violation{
      .op = std::string(history.text(invoke.op)),
      .breach = {.kind = not_accepted},
      .what = fmt::format("The {} returned, and the broker had not accepted it.",
                          title(history, invoke.op, invoke.operation)),
      .steps = {{invoked, in_words(history, invoke)}, {end, in_words(history, history[end])}},
      .law = "A cast returns once the broker has taken charge of it."};
  if (accept != no_event) {
    violation.steps.push_back({accept, in_words(history, history[accept]) + ", only now"});
    violation.law +=
        fmt::format(" That was {} later.", to_string(between(history[end], history[accept])));
  }
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict cast_accepted(const History& history) {
  Verdict verdict{.law = "cast-accepted"};
  const std::vector<Event>& events = history.events();
  if (std::ranges::count(events, EventKind::accept, &Event::kind) == 0) {
    verdict.vacuous_because = "the history shows nothing that the broker accepted";
    return verdict;
  }
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  std::vector<EventIndex> accepted(history.symbols(), no_event);
  for (EventIndex i = 0; i < events.size(); ++i) {
    if (events[i].kind == EventKind::accept)
      accepted[events[i].op] = std::min(accepted[events[i].op], i);
  }
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::returned) continue;
    const Event* const invoke = invocations.find(event.op);
    if (invoke == nullptr || invoke->operation == OperationKind::call ||
        invoke->operation == OperationKind::none || horizon.misses(event.op))
      continue;
    ++verdict.judged;
    const EventIndex accept = accepted[event.op];
    const bool may_have_been =
        accept == no_event ? may_be_behind_end(history, i) : !history.surely_before(i, accept);
    if (!may_have_been)
      verdict.violations.push_back(violation(history, invocations.index(event.op), i, accept));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no cast returned";
  return verdict;
}

Law cast_accepted_law() {
  return {
      .name = "cast-accepted",
      .statement = "A cast that returns was accepted by the broker.",
      .verdict = cast_accepted,
      .unobservable = "what a real broker accepts is not told",
  };
}

}  // namespace castaway::check
