#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind replied{"a cast, and a reply"};

}  // namespace

Verdict no_reply_to_cast(const History& history) {
  Verdict verdict{.law = "no-reply-to-cast"};
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  std::vector<bool> reported(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const Event* const invoke = invocations.find(event.op);
    const bool is_cast = invoke != nullptr && (invoke->operation == OperationKind::cast ||
                                               invoke->operation == OperationKind::fanout);
    if (!is_cast) continue;
    if (event.kind == EventKind::execute && !horizon.misses(event.op)) ++verdict.judged;
    if (event.kind != EventKind::reply || reported[event.op]) continue;
    reported[event.op] = true;
    verdict.violations.push_back(
        {.op = std::string(history.text(event.op)),
         .breach = {.kind = replied},
         .what = fmt::format("{} replied to the {}.", who(history, event.actor, "A server"),
                             title(history, event.op, invoke->operation)),
         .steps = {{invocations.index(event.op), in_words(history, *invoke)},
                   {i, in_words(history, event)}},
         .law = "Nobody waits for an answer to a cast, so none is sent."});
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0 && verdict.violations.empty())
    verdict.vacuous_because = "no cast was executed";
  return verdict;
}

Law no_reply_to_cast_law() {
  return {
      .name = "no-reply-to-cast",
      .statement = "Nobody replies to a cast or a fanout.",
      .verdict = no_reply_to_cast,
      .needs = LawNeeds::executions,
  };
}

}  // namespace castaway::check
