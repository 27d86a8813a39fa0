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
  std::vector<bool> judged(history.symbols());
  std::vector<bool> reported(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::execute && event.kind != EventKind::reply) continue;
    const Event* const invoke = invocations.find(event.op);
    // Whether it is a cast, only its invoke says.
    if (event.op != 0 && invoke == nullptr) horizon.misses(event.op);
    const bool is_cast = invoke != nullptr && (invoke->operation == OperationKind::cast ||
                                               invoke->operation == OperationKind::fanout);
    if (!is_cast) continue;
    if (!judged[event.op]) ++verdict.judged;
    judged[event.op] = true;
    if (event.kind != EventKind::reply || reported[event.op]) continue;
    reported[event.op] = true;
    verdict.violations.push_back(
        {.op = std::string(history.text(event.op)),
         .breach = {.kind = replied},
         .what = fmt::format("{} replied to the {}.", who(history, event.actor, "A server"),
                             title(history, event.op, invoke->operation)),
         .steps = {{invocations.index(event.op), in_words(history, *invoke)},
                   {i, in_words(history, event)}},
         .law = "A cast asks for no answer, so no server sends one."});
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no cast was executed";
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
