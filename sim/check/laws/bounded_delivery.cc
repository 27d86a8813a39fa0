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
#include "lookup/breaks.h"
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

/// How the connections of each process ended.
class Ends {
 public:
  void note(const Event& event, EventIndex index) {
    if (is_link_end(event)) of_[event.actor].push_back({event.name, index});
  }

  /// The last end of a connection of the process since `begin`; no_event if there was none.
  [[nodiscard]] EventIndex since(Symbol process, EventIndex begin) const {
    const auto found = of_.find(process);
    if (found == of_.end() || found->second.back().index < begin) return no_event;
    return found->second.back().index;
  }
  /// Since when the connection was there whose end is the last one of the process: since the one of
  /// that name before it had ended.
  [[nodiscard]] EventIndex lived_since(Symbol process) const {
    const std::vector<End>& ends = of_.at(process);
    const auto before = std::find_if(ends.rbegin() + 1, ends.rend(),
                                     [&](End end) { return end.name == ends.back().name; });
    return before == ends.rend() ? 0 : before->index;
  }

 private:
  struct End {
    Symbol name;
    EventIndex index;
  };
  std::map<Symbol, std::vector<End>> of_;
};

/// The deliveries of each operation that no fault explains.
class Deliveries {
 public:
  Deliveries(const History& history, const Invocations& invocations) {
    Ends ends;
    EventIndex fault = no_event;
    std::map<Symbol, std::size_t> messages;  // each publication of an operation is one
    std::map<Key, Brought> brought;
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      ends.note(event, i);
      // A fault of a message, or of its ack, brings it back as often as it strikes.
      if (event.kind == EventKind::fault && event.op != 0) fault = i;
      if (event.kind == EventKind::fault && event.detail == Detail::copy) copied_.insert(event.op);
      if (event.kind == EventKind::publish) ++messages[event.op];
      if (event.kind != EventKind::deliver || event.op == 0) continue;
      const Key key{event.op, invocations.is_fanout(event.op) ? event.actor : 0};
      const auto [before, is_first] = brought.emplace(key, Brought{.last = i});
      Brought& so_far = before->second;
      const std::size_t most_by_one = std::max<std::size_t>(messages[event.op], 1);
      if (is_first ||
          !(explains(fault, so_far, most_by_one) || explains(ends, fault, so_far, most_by_one)))
        found_[key].push_back(i);
      so_far.last = i;
      so_far.holder = event.actor;
    }
  }

  [[nodiscard]] const std::map<Key, std::vector<EventIndex>>& found() const { return found_; }
  /// Whether a fault made more messages of it, each of which is delivered.
  [[nodiscard]] bool copied(Symbol op) const { return copied_.contains(op); }

 private:
  /// What the faults so far have brought back of an operation.
  struct Brought {
    EventIndex last = no_event;   ///< its last delivery
    Symbol holder = 0;            ///< and who got it
    EventIndex fault = no_event;  ///< the last that explained one
    std::size_t by_it = 0;        ///< how many it explained
    EventIndex end = no_event;    ///< the last end of a connection that explained one
    std::size_t by_end = 0;       ///< how many it explained
  };

  /// Whether the fault explains the next delivery: it brings back each message once.
  static bool explains(EventIndex fault, Brought& brought, std::size_t most_by_one) {
    if (fault == no_event) return false;
    if (fault > brought.last) {
      brought.fault = fault;
      brought.by_it = 0;
    }
    return brought.fault != no_event && brought.by_it++ < most_by_one;
  }

  /// Whether a connection ended that a fault of a message had struck, perhaps before the last
  /// delivery: what is lost holds up what is behind it until the connection ends. It brings back
  /// each message once.
  static bool explains(const Ends& ends, EventIndex fault, Brought& brought,
                       std::size_t most_by_one) {
    if (fault == no_event) return false;
    const EventIndex end = ends.since(brought.holder, brought.last);
    if (end == no_event || fault < ends.lived_since(brought.holder)) return false;
    if (end != brought.end) {
      brought.end = end;
      brought.by_end = 0;
    }
    return brought.by_end++ < most_by_one;
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
