// What an operation waited for, stage by stage.

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "argument/words.h"
#include "reasons.h"

namespace castaway::check {

namespace {

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

Reason Reasons::of_gap(const Gap& gap) const {
  if (gap.begin == no_event) return {};
  // What took the message away explains more than what else was wrong at the time.
  const EventIndex drop = dropped_in(gap);
  if (drop != no_event && is_act(drop)) return behind(drop);
  Reason reason = hindered(gap);
  if (!reason.known()) reason = gap.is_open ? stuck(gap) : took_time(gap);
  if (drop == no_event) return reason;
  std::string dropped = in_words(history_, history_[drop]);
  if (!reason.known()) reason.grounds.push_back({Ground::Kind::limit, dropped});
  reason.steps.push_back({drop, std::move(dropped)});
  return reason;
}

Reason Reasons::hindered(const Gap& gap) const {
  const Event* invoke = invocations_.find(gap.op);
  const Symbol client = invoke == nullptr ? 0 : invoke->actor;
  const Symbol here = history_[gap.begin].actor;
  const Symbol taker = gap.is_open ? 0 : history_[gap.end].actor;  // of what was accepted
  // A fault of a hand-over is recorded just before what it keeps from coming: it may come before
  // the event at which the gap begins, and behind the one before that.
  const EventIndex last = by_operation_.last_before(gap.op, gap.begin);
  const EventIndex since = last == no_event ? gap.begin : last;
  const auto trouble = [&](Symbol process) {
    return process == 0 ? no_event : troubles_.trouble(process, gap.begin, gap.end);
  };
  const auto own = [&](Edge edge) { return hindrances_.own(gap.op, {edge}, since, gap.end); };
  const auto in_front = [&](Symbol process, std::initializer_list<Edge> edges) {
    return hindrances_.in_front(gap.op, process, edges, gap.begin, gap.end);
  };
  const EventIndex broker = troubles_.broker_trouble(gap.begin, gap.end);
  switch (gap.stage) {
    case Stage::invoked:
      if (const EventIndex attempt = last_attempt(gap); attempt != no_event)
        return between_retries(attempt, gap.end);
      return behind_first({trouble(client), broker});
    case Stage::published:
      return behind_first(
          {own(Edge::request), trouble(client), broker, in_front(client, {Edge::request})});
    case Stage::accepted: {
      Reason reason = behind_first(
          {own(Edge::request),
           gap.is_open ? takers_.all_in_trouble(gap.op, gap.begin, gap.end) : trouble(taker),
           broker});
      if (!reason.known()) reason = busy(gap, taker);
      return reason.known() ? reason : behind_first({in_front(taker, {Edge::request})});
    }
    case Stage::delivered: {
      Reason reason = behind_first({trouble(here), broker});
      return reason.known() ? reason : busy(gap, here);
    }
    case Stage::executed:
      return behind_first({trouble(here)});
    case Stage::done:
      return behind_first({trouble(here), broker});
    case Stage::replied:
      return behind_first(
          {own(Edge::reply), trouble(here), broker, in_front(here, {Edge::reply, Edge::ack})});
    case Stage::reply_accepted:
      return behind_first({own(Edge::reply), trouble(client), broker,
                           in_front(client, {Edge::reply, Edge::heartbeat})});
    case Stage::reply_arrived:
      return behind_first({trouble(client)});
    case Stage::none:
      break;
  }
  return {};
}

Reason Reasons::behind_first(std::initializer_list<EventIndex> events) const {
  const auto found =
      std::ranges::find_if(events, [](EventIndex event) { return event != no_event; });
  return found == events.end() ? Reason{} : behind(*found);
}

EventIndex Reasons::last_attempt(const Gap& gap) const {
  EventIndex last = no_event;
  for (const EventIndex i : by_operation_.of(gap.op)) {
    if (i < gap.end && history_[i].kind == EventKind::publish) last = i;
  }
  return gap.is_open ? no_event : last;
}

Reason Reasons::busy(const Gap& gap, Symbol server) const {
  const Takers::Work work = takers_.busy_with(gap.op, server, gap.begin);
  if (work.begin == no_event) return {};
  const Event& execution = history_[work.begin];
  const std::string until =
      work.end == no_event ? "the end" : at(history_[std::min(work.end, gap.end)]);
  if (work.caller != no_event) {
    Reason reason = behind(work.caller);
    reason.steps.push_back({work.begin, fmt::format("{}, and replied to it until {}",
                                                    in_words(history_, execution), until)});
    return reason;
  }
  const std::string what =
      fmt::format("{} was busy with {}", who(history_, execution.actor, "a server"),
                  name(history_, execution.op));
  return {.steps = {{work.begin, fmt::format("{} until {}", what, until)}},
          .grounds = {{Ground::Kind::limit, what}}};
}

Reason Reasons::took_time(const Gap& gap) const {
  const Event& end = history_[gap.end];
  const std::string took = fmt::format("{} {}", to_string(between(history_[gap.begin], end)),
                                       what_took(gap.stage, stage_of(end.kind)));
  return {.steps = {{gap.end, fmt::format("{}, after {}", in_words(history_, end), took)}},
          .grounds = {{Ground::Kind::limit, took}}};
}

Reason Reasons::stuck(const Gap& gap) const {
  const std::string begin = in_words(history_, history_[gap.begin]);
  const auto because = [&](Ground ground, std::string_view what) -> Reason {
    return {.steps = {{gap.begin, fmt::format("{}, and {}", begin, what)}},
            .grounds = {std::move(ground)}};
  };
  if (gap.stage == Stage::executed)
    return because({Ground::Kind::limit, "the work of " + name(history_, gap.op)},
                   "was still at work");
  if (gap.stage == Stage::done)
    return because({Ground::Kind::event, begin + ", and never replied to it"},
                   "never replied to it");
  if (gap.stage == Stage::accepted && takers_.of(gap.op).empty()) {
    const Event* invoke = invocations_.find(gap.op);
    const std::string nobody = invoke == nullptr
                                   ? "no server took it"
                                   : fmt::format("no server ever took a request for topic {}",
                                                 history_.text(invoke->topic));
    return because({Ground::Kind::limit, nobody}, nobody);
  }
  return {};
}

EventIndex Reasons::dropped_in(const Gap& gap) const {
  const bool request = gap.stage == Stage::accepted;
  if (!gap.is_open || (!request && gap.stage != Stage::reply_accepted)) return no_event;
  for (const EventIndex i : by_operation_.of(gap.op)) {
    if (i >= gap.begin && history_[i].detail == Detail::dropped &&
        history_[i].edge == (request ? Edge::request : Edge::reply))
      return i;
  }
  return no_event;
}

bool Reasons::is_act(EventIndex dropped) const {
  const EventIndex cause = history_[dropped].cause;
  return cause != no_event &&
         (history_[cause].kind == EventKind::process || history_[cause].kind == EventKind::link);
}

}  // namespace castaway::check
