#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind swapped{"executed in another order"};

/// How often each operation was executed, and when first.
struct Execution {
  EventIndex first = no_event;
  std::size_t number = 0;
};

std::vector<Execution> executions_of(const History& history) {
  std::vector<Execution> executions(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    if (events[i].kind != EventKind::execute) continue;
    Execution& execution = executions[events[i].op];
    if (execution.number++ == 0) execution.first = i;
  }
  return executions;
}

struct Sent {
  EventIndex invoke = no_event;
  EventIndex execution = no_event;
};

Violation swap(const History& history, const Sent& earlier, const Sent& later) {
  const Event& first = history[earlier.invoke];
  const Event& second = history[later.invoke];
  return {.op = std::string(history.text(second.op)),
          .breach = {.kind = swapped},
          .what = fmt::format("The cast \"{}\" was executed before \"{}\", which was sent first.",
                              history.text(second.op), history.text(first.op)),
          .steps = {{earlier.invoke, in_words(history, first)},
                    {later.invoke, in_words(history, second)},
                    {later.execution, in_words(history, history[later.execution])},
                    {earlier.execution, in_words(history, history[earlier.execution])}},
          .law = fmt::format(
              "Casts promise no order, and this run shows it: sent {} apart, executed {} apart.",
              to_string(between(first, second)),
              to_string(between(history[later.execution], history[earlier.execution])))};
}

}  // namespace

Verdict cast_order(const History& history) {
  Verdict verdict{.law = "cast-order"};
  const Invocations invocations(history);
  const std::vector<Execution> executions = executions_of(history);
  Horizon horizon(history, invocations);
  // The last cast of each task to each topic. If any two of them were swapped, then two neighbours
  // were.
  std::map<std::pair<Symbol, Symbol>, Sent> last;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.op != 0 && event.kind == EventKind::execute) horizon.misses(event.op);
    if (event.kind != EventKind::invoke || event.operation != OperationKind::cast) continue;
    // One that began before may have been executed before.
    if (event.op == 0 || horizon.began_before(event.op) || executions[event.op].number != 1)
      continue;
    const Symbol task = event.task != 0 ? event.task : event.actor;
    const Sent sent{i, executions[event.op].first};
    const auto [before, first] = last.try_emplace({task, event.topic}, sent);
    if (first) continue;
    ++verdict.judged;
    if (history.surely_before(sent.execution, before->second.execution)) {
      verdict.violations.push_back(swap(history, before->second, sent));
    }
    before->second = sent;
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because = "no task sent two casts to one topic that were executed once each";
  }
  return verdict;
}

Law cast_order_law() {
  return {
      .name = "cast-order",
      .statement =
          "A goal: casts of one task to one topic are executed in another order than they were "
          "sent.",
      .verdict = cast_order,
      .needs = LawNeeds::casts,
      .goal = true,
  };
}

}  // namespace castaway::check
