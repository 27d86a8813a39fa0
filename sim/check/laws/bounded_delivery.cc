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

/// The deliveries of each operation that no fault explains.
class Deliveries {
 public:
  explicit Deliveries(const History& history) : last_(history.symbols(), no_event) {
    EventIndex fault = no_event;
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      // A fault of a message, or of its ack, brings it back as often as it strikes.
      if (event.kind == EventKind::fault && event.op != 0) fault = i;
      if (event.kind != EventKind::deliver || event.op == 0) continue;
      const EventIndex before = std::exchange(last_[event.op], i);
      const bool explained = before != no_event && fault != no_event && fault > before;
      if (!explained) found_[event.op].push_back(i);
    }
  }

  [[nodiscard]] const std::map<Symbol, std::vector<EventIndex>>& found() const { return found_; }

 private:
  std::vector<EventIndex> last_;
  std::map<Symbol, std::vector<EventIndex>> found_;
};

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
  const Deliveries deliveries(history);
  for (const auto& [op, found] : deliveries.found()) {
    if (invocations.is_fanout(op) || horizon.misses(op)) continue;
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
