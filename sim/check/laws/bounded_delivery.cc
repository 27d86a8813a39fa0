#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind again_and_again{"delivered again and again"};

/// As often a quorum queue of RabbitMQ delivers a message before it drops it.
/// Source: RabbitMQ, quorum queues, delivery-limit.
constexpr std::size_t most = 20;

Violation violation(const History& history, const Invocations& invocations,
                    const std::vector<EventIndex>& deliveries) {
  const Event& first = history[deliveries.front()];
  return {.op = std::string(history.text(first.op)),
          .breach = {.kind = again_and_again},
          .what = fmt::format("The {} was delivered {}, and nobody settled it.",
                              title(history, first.op, invocations.kind(first.op)),
                              times(deliveries.size())),
          .steps = {{deliveries[0], in_words(history, first)},
                    {deliveries[1], in_words(history, history[deliveries[1]])},
                    {deliveries.back(), in_words(history, history[deliveries.back()])}},
          .law = fmt::format("A message that comes back again and again harms whoever gets it: "
                             "after {} deliveries it is given up.",
                             most)};
}

}  // namespace

Verdict bounded_delivery(const History& history) {
  Verdict verdict{.law = "bounded-delivery"};
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  std::map<Symbol, std::vector<EventIndex>> deliveries;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    // A copy that a fault makes is another message.
    if (events[i].kind == EventKind::deliver && (events[i].redelivered || events[i].copy <= 1))
      deliveries[events[i].op].push_back(i);
  }
  for (const auto& [op, found] : deliveries) {
    if (op == 0 || invocations.is_fanout(op) || horizon.misses(op)) continue;
    ++verdict.judged;
    if (found.size() > most) verdict.violations.push_back(violation(history, invocations, found));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no request was delivered";
  return verdict;
}

Law bounded_delivery_law() {
  return {
      .name = "bounded-delivery",
      .statement = "A message is delivered a bounded number of times.",
      .verdict = bounded_delivery,
      .needs = LawNeeds::executions,
  };
}

}  // namespace castaway::check
