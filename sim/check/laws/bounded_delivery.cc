#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind again_and_again{"delivered again and again"};

/// As often a quorum queue of RabbitMQ delivers a message before it drops it.
/// Source: RabbitMQ, quorum queues, delivery-limit.
constexpr std::size_t most = 20;

/// An operation; of a fanout, and the server, for each has a copy of its own.
using Key = std::pair<Symbol, Symbol>;

/// The deliveries of each operation that no fault explains.
class Deliveries {
 public:
  Deliveries(const History& history, const Invocations& invocations) {
    EventIndex fault = no_event;
    std::map<Symbol, std::size_t> messages;  // each publication of an operation is one
    std::map<Key, Brought> brought;
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      // A fault of a message, or of its ack, brings it back as often as it strikes.
      if (event.kind == EventKind::fault && event.op != 0) fault = i;
      if (event.kind == EventKind::fault && event.detail == Detail::copy) copied_.insert(event.op);
      if (event.kind == EventKind::publish) ++messages[event.op];
      if (event.kind != EventKind::deliver || event.op == 0) continue;
      const Key key{event.op, invocations.is_fanout(event.op) ? event.actor : 0};
      const auto [before, is_first] = brought.emplace(key, Brought{.last = i});
      if (is_first || !explains(fault, before->second, messages[event.op]))
        found_[key].push_back(i);
      before->second.last = i;
    }
  }

  [[nodiscard]] const std::map<Key, std::vector<EventIndex>>& found() const { return found_; }
  /// Whether a fault made more messages of it, each of which is delivered.
  [[nodiscard]] bool copied(Symbol op) const { return copied_.contains(op); }

 private:
  /// What the faults so far have brought back of an operation.
  struct Brought {
    EventIndex last = no_event;   ///< its last delivery
    EventIndex fault = no_event;  ///< the last that explained one
    std::size_t by_it = 0;        ///< how many it explained
  };

  /// Whether the fault explains the next delivery: it brings back each message once.
  static bool explains(EventIndex fault, Brought& brought, std::size_t messages) {
    if (fault == no_event) return false;
    if (fault > brought.last) {
      brought.fault = fault;
      brought.by_it = 0;
    }
    return brought.fault != no_event && brought.by_it++ < std::max<std::size_t>(messages, 1);
  }

  std::map<Key, std::vector<EventIndex>> found_;
  std::set<Symbol> copied_;
};

Violation violation(const History& history, const Invocations& invocations, const Reasons& reasons,
                    const std::vector<EventIndex>& deliveries) {
  const Event& first = history[deliveries.front()];
  Violation violation{
      .op = std::string(history.text(first.op)),
      .breach = {.kind = again_and_again},
      .what = fmt::format("The {} was delivered {}, not counting what faults brought back.",
                          title(history, first.op, invocations.kind(first.op)),
                          times(deliveries.size())),
      .steps = {{deliveries[0], in_words(history, first)},
                {deliveries[1], in_words(history, history[deliveries[1]])},
                {deliveries.back(), in_words(history, history[deliveries.back()])}},
      .law = fmt::format("A request that comes again and again keeps its servers busy for ever. "
                         "A broker gives a message up after {} deliveries.",
                         most)};
  add(violation, reasons.delivered_again(deliveries[1]));
  return violation;
}

}  // namespace

Verdict bounded_delivery(const History& history) {
  Verdict verdict{.law = "bounded-delivery"};
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  const Deliveries deliveries(history, invocations);
  std::optional<Reasons> reasons;
  for (const auto& [key, found] : deliveries.found()) {
    const Symbol op = key.first;
    if (deliveries.copied(op) || horizon.misses(op)) continue;
    ++verdict.judged;
    if (found.size() <= most * invocations.attempts(op)) continue;
    if (!reasons) reasons.emplace(history);
    verdict.violations.push_back(violation(history, invocations, *reasons, found));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because = deliveries.found().empty()
                                  ? "no request was delivered"
                                  : "a fault had copied each request that was delivered";
  }
  return verdict;
}

Law bounded_delivery_law() {
  return {
      .name = "bounded-delivery",
      .statement = "A message is delivered a bounded number of times.",
      .verdict = bounded_delivery,
      .needs = LawNeeds::executions,
      .needs_invoke = false,
  };
}

}  // namespace castaway::check
