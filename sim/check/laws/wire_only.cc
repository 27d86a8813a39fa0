#include "wire_only.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "argument/words.h"
#include "lookup/hand_made.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind answered_by_several{"answered by several servers"};
constexpr BreachKind answered_again{"answered twice"};
constexpr BreachKind delivered_again{"delivered twice"};
constexpr BreachKind accepted_again{"accepted twice"};
constexpr BreachKind published_again{"published twice"};

/// The events of one request that may each stand for an execution.
struct Traces {
  std::vector<EventIndex> replies = {};
  std::vector<EventIndex> deliveries = {};
  std::vector<EventIndex> accepts = {};
  std::vector<EventIndex> publishes = {};
  std::set<Symbol> refusers = {};
  OperationKind kind = OperationKind::none;
};

/// What of the wire was recorded at all: only then it means something that an event is missing.
struct Wire {
  bool deliveries = false;
  bool accepts = false;
  std::map<Symbol, Traces> requests = {};
};

/// A delivery that its server gives back leads to no execution.
void give_back(const History& history, const Event& settle, Traces& traces) {
  const auto last = std::find_if(traces.deliveries.rbegin(), traces.deliveries.rend(),
                                 [&](EventIndex i) { return history[i].actor == settle.actor; });
  if (last != traces.deliveries.rend()) traces.deliveries.erase(std::next(last).base());
}

Wire observed(const History& history) {
  Wire wire;
  const HandMade hand_made(history);
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.op == 0 || hand_made.is(event.op)) continue;
    Traces& traces = wire.requests[event.op];
    if (event.operation != OperationKind::none) traces.kind = event.operation;
    switch (event.kind) {
      case EventKind::publish:
        traces.publishes.push_back(i);
        break;
      case EventKind::accept:
        wire.accepts = true;
        if (event.detail != Detail::unroutable) traces.accepts.push_back(i);
        break;
      case EventKind::deliver:
        wire.deliveries = true;
        traces.deliveries.push_back(i);
        break;
      case EventKind::settle:
        if (event.detail == Detail::requeue || event.detail == Detail::reject)
          give_back(history, event, traces);
        break;
      case EventKind::reply:
        traces.replies.push_back(i);
        break;
      case EventKind::refuse:
        traces.refusers.insert(event.actor);
        break;
      default:
        break;
    }
  }
  return wire;
}

/// The first event of each actor.
std::vector<EventIndex> first_of_each(const History& history,
                                      const std::vector<EventIndex>& indices) {
  std::vector<EventIndex> firsts;
  std::set<Symbol> seen;
  for (const EventIndex i : indices) {
    if (history[i].actor != 0 && seen.insert(history[i].actor).second) firsts.push_back(i);
  }
  return firsts;
}

bool by_one(const History& history, const std::vector<EventIndex>& indices) {
  return first_of_each(history, indices).size() < 2;
}

Violation found(const History& history, Symbol op, const Traces& traces, BreachKind kind,
                std::string_view what, const std::vector<EventIndex>& events, std::string law) {
  Violation violation{.op = std::string(history.text(op)),
                      .breach = {.kind = kind},
                      .what = fmt::format("The {} {}.", title(history, op, traces.kind), what),
                      .law = std::move(law)};
  for (const EventIndex i : events) violation.steps.push_back({i, in_words(history, history[i])});
  sort(violation.steps);
  return violation;
}

Violation proven(const History& history, Symbol op, const Traces& traces,
                 const std::vector<EventIndex>& replies) {
  std::vector<EventIndex> steps = replies;
  std::vector<std::string> servers;
  for (const EventIndex reply : replies) {
    servers.push_back(who(history, history[reply].actor, "a server"));
    const auto delivery = std::ranges::find_if(traces.deliveries, [&](EventIndex i) {
      return i < reply && history[i].actor == history[reply].actor;
    });
    if (delivery != traces.deliveries.end()) steps.push_back(*delivery);
  }
  return found(history, op, traces, answered_by_several,
               fmt::format("was answered by {}, so each of them executed it", listed(servers)),
               steps,
               fmt::format("{} may be executed at most once, by all servers together. The history "
                           "shows no execution, but a server that replies, and does not refuse, "
                           "has executed.",
                           any(traces.kind)));
}

std::string possible(std::string_view why_not) {
  return fmt::format(
      "It may have been executed more than once: the wire does not tell. {} Record "
      "\"execute\" to decide it.",
      why_not);
}

}  // namespace

bool is_wire_only(const History& history) {
  if (history.begins_late()) return false;
  bool messages = false;
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke || event.kind == EventKind::execute ||
        event.kind == EventKind::done || is_completion(event.kind))
      return false;
    messages = messages || event.op != 0;
  }
  return messages;
}

WireJudgement judge_wire(const History& history) {
  WireJudgement judgement;
  const Wire wire = observed(history);
  const auto suspect = [&](Symbol op, const Traces& traces, BreachKind kind, std::string_view what,
                           const std::vector<EventIndex>& events, std::string_view why_not) {
    judgement.suspects.push_back(found(history, op, traces, kind, what, events, possible(why_not)));
  };
  for (const auto& [op, whole] : wire.requests) {
    if (whole.kind == OperationKind::fanout) continue;
    Traces traces = whole;
    std::erase_if(traces.replies,
                  [&](EventIndex i) { return whole.refusers.contains(history[i].actor); });
    if (!traces.deliveries.empty() || !traces.replies.empty()) ++judgement.judged;
    const std::vector<EventIndex> servers = first_of_each(history, traces.replies);
    const bool flagged =
        traces.deliveries.size() == 1 && history[traces.deliveries.front()].redelivered;
    if (servers.size() > 1) {
      judgement.violations.push_back(proven(history, op, traces, servers));
    } else if (traces.replies.size() > 1) {
      suspect(op, traces, answered_again, "was answered twice", traces.replies,
              "A server may send one reply again.");
    } else if (traces.deliveries.size() > 1) {
      suspect(op, traces, delivered_again,
              fmt::format("was delivered {}", times(traces.deliveries.size())), traces.deliveries,
              traces.kind != OperationKind::none || by_one(history, traces.deliveries)
                  ? "A server may know a duplicate, or lose a request before it begins."
                  : "A fanout goes to each server, and its \"publish\" says so with an "
                    "\"operation\".");
    } else if (flagged) {
      suspect(op, traces, delivered_again, "was delivered before", traces.deliveries,
              "The broker flagged it, and the history does not show the first delivery.");
    } else if (!wire.deliveries && traces.accepts.size() > 1) {
      suspect(op, traces, accepted_again,
              fmt::format("was accepted {}", times(traces.accepts.size())), traces.accepts,
              "The broker has it in a queue more than once.");
    } else if (!wire.deliveries && !wire.accepts && traces.publishes.size() > 1) {
      suspect(op, traces, published_again,
              fmt::format("was published {}", times(traces.publishes.size())), traces.publishes,
              "A publication may be lost, and a server may know a duplicate.");
    }
  }
  return judgement;
}

}  // namespace castaway::check
