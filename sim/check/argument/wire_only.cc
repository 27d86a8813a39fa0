#include "wire_only.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "copies.h"
#include "lookup/deliveries.h"
#include "lookup/hand_made.h"
#include "lookup/operations.h"
#include "words.h"

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
  std::size_t attempts = 1;  ///< how often an application meant to ask for it
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
        traces.attempts = std::max<std::size_t>(traces.attempts, event.attempt);
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
  for (auto& [op, traces] : wire.requests) {
    std::set<Symbol>& refusers = traces.refusers;
    const auto refused = [&](EventIndex i) { return refusers.contains(history[i].actor); };
    std::erase_if(traces.replies, refused);
    std::erase_if(traces.deliveries, refused);
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

/// All of them, or if that are many the first ones and the last.
std::vector<EventIndex> the_telling(std::vector<EventIndex> events) {
  constexpr std::size_t most = 6;
  std::ranges::sort(events);
  if (events.size() > most) events.erase(events.begin() + (most - 1), events.end() - 1);
  return events;
}

/// The events of an argument, and of each delivery but the first, how it came about.
std::vector<Step> steps_of(const Deliveries& deliveries, Symbol op,
                           const std::vector<EventIndex>& events) {
  const History& history = deliveries.history();
  std::vector<Step> steps;
  EventIndex before = no_event;
  for (const EventIndex i : the_telling(events)) {
    if (history[i].kind != EventKind::deliver) {
      steps.push_back({i, in_words(history, history[i])});
      continue;
    }
    const EventIndex first = std::exchange(before, i);
    if (first == no_event) {
      steps.push_back({i, in_words(history, history[i])});
      continue;
    }
    const Twice twice{.op = op,
                      .first = first,
                      .second = i,
                      .one_server = history[first].actor == history[i].actor,
                      .first_delivery = first,
                      .second_delivery = i,
                      .holder = history[first].actor};
    for (Step& step : second_delivery(deliveries, twice)) steps.push_back(std::move(step));
  }
  sort(steps);
  return steps;
}

Violation found(const Deliveries& deliveries, Symbol op, const Traces& traces, BreachKind kind,
                std::string_view what, const std::vector<EventIndex>& events, std::string law) {
  const History& history = deliveries.history();
  Violation violation{.op = std::string(history.text(op)),
                      .breach = {.kind = kind},
                      .what = fmt::format("The {} {}.", title(history, op, traces.kind), what),
                      .steps = steps_of(deliveries, op, events),
                      .law = std::move(law)};
  return violation;
}

Violation proven(const Deliveries& deliveries, Symbol op, const Traces& traces,
                 const std::vector<EventIndex>& replies) {
  const History& history = deliveries.history();
  std::vector<EventIndex> steps = replies;
  std::vector<std::string> servers;
  for (const EventIndex reply : replies) {
    servers.push_back(who(history, history[reply].actor, "a server"));
    const auto delivery = std::ranges::find_if(traces.deliveries, [&](EventIndex i) {
      return i < reply && history[i].actor == history[reply].actor;
    });
    if (delivery != traces.deliveries.end()) steps.push_back(*delivery);
  }
  return found(deliveries, op, traces, answered_by_several,
               fmt::format("was answered by {}, so each of them executed it", listed(servers)),
               steps,
               fmt::format("{} may be executed at most once, by all servers together. The history "
                           "shows no execution, but a server that replies, and does not refuse, "
                           "has executed.",
                           any(traces.kind)));
}

/// Events that make a second execution possible; null if there are none.
struct Possible {
  const std::vector<EventIndex>* events = nullptr;
  BreachKind kind = delivered_again;
  std::string what = {};
  std::string_view why_not = {};  ///< why they do not prove it
};

Possible possible(const History& history, const Wire& wire, const Traces& traces) {
  const auto too_many = [&](const std::vector<EventIndex>& events) {
    return events.size() > traces.attempts;
  };
  const auto said = [](std::string_view what, const std::vector<EventIndex>& events) {
    return fmt::format("was {} {}", what, times(events.size()));
  };
  if (too_many(traces.replies))
    return {&traces.replies, answered_again, said("answered", traces.replies),
            "A server may send one reply again."};
  if (too_many(traces.deliveries)) {
    const bool may_be_fanout =
        traces.kind == OperationKind::none && first_of_each(history, traces.deliveries).size() > 1;
    return {&traces.deliveries, delivered_again, said("delivered", traces.deliveries),
            may_be_fanout ? "A fanout goes to each server, and its \"publish\" says so with an "
                            "\"operation\"."
                          : "A server may know a duplicate, or lose a request before it begins."};
  }
  if (traces.deliveries.size() == 1 && history[traces.deliveries.front()].redelivered)
    return {&traces.deliveries, delivered_again, "was delivered before",
            "The broker flagged it, and the history does not show the first delivery."};
  if (!wire.deliveries && too_many(traces.accepts))
    return {&traces.accepts, accepted_again, said("accepted", traces.accepts),
            "The broker has it in a queue more than once."};
  if (!wire.deliveries && !wire.accepts && too_many(traces.publishes))
    return {&traces.publishes, published_again, said("published", traces.publishes),
            "A publication may be lost, and a server may know a duplicate."};
  return {};
}

}  // namespace

bool is_wire_only(const History& history) {
  if (history.begins_late() && !history.wire) return false;
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
  const Deliveries deliveries(history, {});
  for (const auto& [op, traces] : wire.requests) {
    if (traces.kind == OperationKind::fanout) continue;
    if (history.begins_late() && traces.publishes.empty()) {
      ++judgement.unseen;
      continue;
    }
    if (!traces.deliveries.empty() || !traces.replies.empty()) ++judgement.judged;
    const std::vector<EventIndex> servers = first_of_each(history, traces.replies);
    if (servers.size() > traces.attempts) {
      judgement.violations.push_back(proven(deliveries, op, traces, servers));
    } else if (const Possible may = possible(history, wire, traces); may.events != nullptr) {
      judgement.suspects.push_back(
          found(deliveries, op, traces, may.kind, may.what, *may.events,
                fmt::format("It may have been executed more than once: the wire does not tell. {} "
                            "Record \"execute\" to decide it.",
                            may.why_not)));
    }
  }
  return judgement;
}

}  // namespace castaway::check
