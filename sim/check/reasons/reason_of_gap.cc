// What an operation waited for, stage by stage.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "argument/words.h"
#include "reasons.h"

namespace castaway::check {

namespace {

/// A dead link goes unnoticed for as long as heartbeats take to miss it.
/// Source: RabbitMQ, heartbeats: 60 s; some time more to be sure.
constexpr Duration unnoticed = 70s;

/// Of executions and faults that came before: enough for any argument, and bounded.
constexpr std::size_t most_looked_at = 256;

bool is_one_of(std::optional<Edge> edge, std::initializer_list<Edge> of) {
  return edge.has_value() && std::ranges::find(of, *edge) != of.end();
}

/// Whether it only makes a message late, so that a worse fault explains more.
bool is_mild(Detail nature) {
  return nature == Detail::lateness || nature == Detail::reorder || nature == Detail::give_back;
}

/// Whether the event says that a message of this edge has arrived.
bool arrives(EventKind kind, std::optional<Edge> edge) {
  switch (edge.value_or(Edge::link)) {
    case Edge::request:
      return kind == EventKind::accept || kind == EventKind::deliver;
    case Edge::confirm:
      return kind == EventKind::confirm;
    case Edge::ack:
      return kind == EventKind::settle;
    case Edge::reply:
      return kind == EventKind::reply_accept || kind == EventKind::reply_arrive;
    default:
      return false;
  }
}

/// What the time between two stages went by with, if one comes right after the other.
std::string_view what_took(Stage begin, Stage end) {
  const bool is_next = static_cast<int>(end) == static_cast<int>(begin) + 1;
  if (!is_next) return "in all";
  switch (begin) {
    case Stage::invoked:
      return "to be connected";
    case Stage::executed:
      return "of work";
    case Stage::delivered:
    case Stage::done:
    case Stage::reply_arrived:
      return "of waiting";
    default:
      return "on its way";
  }
}

}  // namespace

EventIndex Reasons::fault_of(Symbol op, std::initializer_list<Edge> of, EventIndex begin,
                             EventIndex end) const {
  EventIndex found = no_event;
  for (const EventIndex i : by_operation_.of(op)) {
    if (i >= end) break;
    // Without an edge, as other programs record them, it may have struck anything of it.
    const bool strikes = i >= begin && hinders(history_[i]) &&
                         (!history_[i].edge.has_value() || is_one_of(history_[i].edge, of));
    if (!strikes) continue;
    if (!is_mild(history_[i].detail)) return i;
    if (found == no_event) found = i;
  }
  return found;
}

bool Reasons::holds(EventIndex fault, Symbol process, EventIndex at) const {
  const Event& event = history_[fault];
  if (event.detail == Detail::lateness) {
    for (const EventIndex i : by_operation_.of(event.op)) {
      if (i > fault && arrives(history_[i].kind, event.edge)) return i > at;
    }
    return true;
  }
  return event.detail == Detail::loss && !troubles_.connected_anew(process, fault, at);
}

EventIndex Reasons::held_up(Symbol process, std::initializer_list<Edge> of, Symbol op,
                            EventIndex begin, EventIndex end) const {
  const std::span<const EventIndex> faults = troubles_.message_faults();
  std::size_t looked_at = 0;
  for (auto i = std::ranges::lower_bound(faults, end);
       i != faults.begin() && looked_at < most_looked_at; ++looked_at) {
    const Event& fault = history_[*--i];
    if (deadline_after(fault.at, unnoticed) < history_[begin].at) break;
    if (fault.op == op || !is_one_of(fault.edge, of) || !holds(*i, process, begin)) continue;
    const Event* invoke = invocations_.find(fault.op);
    const bool is_its = invoke != nullptr && invoke->actor == process;
    const bool passes =
        is_its || std::ranges::any_of(by_operation_.of(fault.op), [&](EventIndex e) {
          return history_[e].kind == EventKind::deliver &&
                 (process == 0 || history_[e].actor == process);
        });
    if (passes) return *i;
  }
  return no_event;
}

std::vector<Symbol> Reasons::takers(Symbol op) const {
  const Event* invoke = invocations_.find(op);
  if (invoke == nullptr) return {};
  const auto found = takers_.find(invoke->topic);
  std::vector<Symbol> takers;
  for (const Symbol server : troubles_.servers()) {
    // One that never got anything may have been there for any topic.
    const bool takes = found != takers_.end() && found->second.contains(server);
    if (takes || !got_some_.contains(server)) takers.push_back(server);
  }
  return takers;
}

EventIndex Reasons::no_taker(Symbol op, EventIndex begin, EventIndex end) const {
  EventIndex first = no_event;
  for (const Symbol server : takers(op)) {
    const EventIndex trouble = troubles_.trouble(server, begin, end);
    if (trouble == no_event) return no_event;
    if (first == no_event) first = trouble;
  }
  return first;
}

EventIndex Reasons::dead_caller(Symbol op, EventIndex execution, EventIndex by) const {
  const Event* invoke = invocations_.find(op);
  EventIndex done = no_event;
  for (const EventIndex i : by_operation_.of(op)) {
    if (i > execution && history_[i].kind == EventKind::done) done = std::min(done, i);
  }
  if (invoke == nullptr || done == no_event) return no_event;
  const TimePoint over = by == no_event ? history_.end() : history_[by].at;
  const bool replied_longer = over - history_[done].at > history_[done].at - history_[execution].at;
  return replied_longer ? troubles_.trouble(invoke->actor, done, by) : no_event;
}

Reason Reasons::busy(Symbol server, Symbol op, EventIndex begin, EventIndex end) const {
  // Of the executions that had begun before and had not ended, the one that went on longest.
  EventIndex longest = no_event;
  EventIndex until = no_event;
  const std::span<const EventIndex> executions = troubles_.executions(server);
  const auto after = std::ranges::lower_bound(executions, begin);
  const std::size_t before = static_cast<std::size_t>(after - executions.begin());
  for (const EventIndex i : executions.first(before).last(std::min(before, most_looked_at))) {
    const Event& event = history_[i];
    if (event.op == op) continue;
    EventIndex over = no_event;
    for (const EventIndex e : by_operation_.of(event.op)) {
      if (e > i && history_[e].actor == event.actor &&
          (history_[e].kind == EventKind::done || history_[e].kind == EventKind::reply))
        over = e;
    }
    if (over < begin) continue;
    if (longest != no_event && over <= until) continue;
    longest = i;
    until = over;
  }
  if (longest == no_event) return {};
  const Event& event = history_[longest];
  if (const EventIndex gone = dead_caller(event.op, longest, until); gone != no_event) {
    Reason reason = behind(gone);
    reason.steps.push_back(
        {longest, fmt::format("{}, and replied to it until {}", in_words(history_, event),
                              at(history_[std::min(until, end)]))});
    return reason;
  }
  const std::string what = fmt::format(
      "{} was busy with {}", who(history_, event.actor, "a server"), name(history_, event.op));
  const std::string how_long = until == no_event
                                   ? ", which never ended"
                                   : fmt::format(" until {}", at(history_[std::min(until, end)]));
  return {.steps = {{longest, what + how_long}}, .grounds = {{Ground::Kind::limit, what}}};
}

Reason Reasons::in_transit(const Gap& gap) const {
  if (gap.is_open) return {};
  const Event& end = history_[gap.end];
  const std::string took = fmt::format("{} {}", to_string(between(history_[gap.begin], end)),
                                       what_took(gap.stage, stage_of(end.kind)));
  return {.steps = {{gap.end, fmt::format("{}, after {}", in_words(history_, end), took)}},
          .grounds = {{Ground::Kind::limit, took}}};
}

Reason Reasons::of_gap(Symbol op, const Gap& gap) const {
  if (gap.begin == no_event) return {};
  const EventIndex invoked = invocations_.index(op);
  const Symbol client = invoked == no_event ? 0 : history_[invoked].actor;
  const Symbol server = history_[gap.begin].actor;
  const auto first = [&](std::initializer_list<EventIndex> events) -> Reason {
    for (const EventIndex i : events) {
      if (i != no_event) return behind(i);
    }
    return {};
  };
  // A fault of a hand-over is recorded just before what it keeps from coming, and may come before
  // the event at which the gap begins.
  const EventIndex since = gap.begin == 0 ? 0 : gap.begin - 1;
  const auto trouble = [&](Symbol process) {
    return process == 0 ? no_event : troubles_.trouble(process, gap.begin, gap.end);
  };
  const EventIndex broker = troubles_.broker_trouble(gap.begin, gap.end);
  Reason reason;
  switch (gap.stage) {
    case Stage::invoked: {
      EventIndex before = no_event;  // it had published, and tried again
      for (const EventIndex i : by_operation_.of(op)) {
        if (i < gap.end && history_[i].kind == EventKind::publish) before = i;
      }
      if (before != no_event && !gap.is_open) return between_retries(before, gap.end);
      reason = first({trouble(client), broker});
      break;
    }
    case Stage::published:
      reason = first({fault_of(op, {Edge::request}, since, gap.end), trouble(client), broker,
                      held_up(client, {Edge::request}, op, gap.begin, gap.end)});
      break;
    case Stage::accepted: {
      const EventIndex server_trouble =
          gap.is_open ? no_taker(op, gap.begin, gap.end) : trouble(history_[gap.end].actor);
      const EventIndex publish = by_operation_.last_before(op, gap.begin);
      const EventIndex fault =
          fault_of(op, {Edge::request}, publish == no_event ? since : publish, gap.end);
      reason = first({fault, server_trouble, broker});
      if (reason.known()) break;
      reason = busy(gap.is_open ? 0 : history_[gap.end].actor, op, gap.begin, gap.end);
      if (reason.known()) break;
      reason = first({held_up(gap.is_open ? 0 : history_[gap.end].actor, {Edge::request}, op,
                              gap.begin, gap.end)});
      if (!reason.known() && gap.is_open && takers(op).empty()) {
        const std::string nobody = invoked == no_event
                                       ? "no server took it"
                                       : fmt::format("no server ever took a request for topic {}",
                                                     history_.text(history_[invoked].topic));
        reason = {
            .steps = {{gap.begin,
                       fmt::format("{}, and {}", in_words(history_, history_[gap.begin]), nobody)}},
            .grounds = {{Ground::Kind::limit, nobody}}};
      }
      break;
    }
    case Stage::delivered:
      reason = first({trouble(server), broker});
      if (!reason.known()) reason = busy(server, op, gap.begin, gap.end);
      break;
    case Stage::executed:
      reason = first({trouble(server)});
      if (reason.known() || !gap.is_open) break;
      reason.steps = {{gap.begin, fmt::format("{}, and was still at work",
                                              in_words(history_, history_[gap.begin]))}};
      reason.grounds = {{Ground::Kind::limit, "the work of " + name(history_, op)}};
      break;
    case Stage::done:
      reason = first({trouble(server), broker});
      if (reason.known() || !gap.is_open) break;
      reason.steps = {{gap.begin, fmt::format("{}, and never replied to it",
                                              in_words(history_, history_[gap.begin]))}};
      reason.grounds = {{Ground::Kind::event, reason.steps[0].text}};
      break;
    case Stage::replied:
      reason = first({fault_of(op, {Edge::reply}, since, gap.end), trouble(server), broker,
                      held_up(server, {Edge::reply, Edge::ack}, op, gap.begin, gap.end)});
      break;
    case Stage::reply_accepted: {
      const EventIndex reply = by_operation_.last_before(op, gap.begin);
      reason = first({fault_of(op, {Edge::reply}, reply == no_event ? since : reply, gap.end),
                      trouble(client), broker,
                      held_up(client, {Edge::reply, Edge::heartbeat}, op, gap.begin, gap.end)});
      break;
    }
    case Stage::reply_arrived:
      reason = first({trouble(client)});
      break;
    case Stage::none:
      break;
  }
  return reason.known() ? reason : in_transit(gap);
}

}  // namespace castaway::check
