#include "hindrances.h"

#include <algorithm>

namespace castaway::check {

namespace {

/// A dead link goes unnoticed for as long as heartbeats take to miss it.
/// Source: RabbitMQ, heartbeats: 60 s; some time more to be sure.
constexpr Duration unnoticed = 70s;

bool is_one_of(std::optional<Edge> edge, std::initializer_list<Edge> edges) {
  return edge.has_value() && std::ranges::find(edges, *edge) != edges.end();
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

}  // namespace

EventIndex Hindrances::own(Symbol op, std::initializer_list<Edge> edges, EventIndex begin,
                           EventIndex end) const {
  EventIndex found = no_event;
  for (const EventIndex i : by_operation_.of(op)) {
    if (i >= end) break;
    // Without an edge, as other programs record them, it may have struck anything of it.
    const bool strikes = i >= begin && hinders(history_[i]) &&
                         (!history_[i].edge.has_value() || is_one_of(history_[i].edge, edges));
    if (!strikes) continue;
    if (!is_mild(history_[i].detail)) return i;
    if (found == no_event) found = i;
  }
  return found;
}

EventIndex Hindrances::in_front(Symbol op, Symbol process, std::initializer_list<Edge> edges,
                                EventIndex begin, EventIndex end) const {
  const std::span<const EventIndex> all = troubles_.message_faults();
  const auto before = static_cast<std::size_t>(std::ranges::lower_bound(all, end) - all.begin());
  const auto faults = all.first(before).last(std::min(before, most_looked_at));
  for (auto i = faults.rbegin(); i != faults.rend(); ++i) {
    const Event& fault = history_[*i];
    if (deadline_after(fault.at, unnoticed) < history_[begin].at) break;
    if (fault.op != op && is_one_of(fault.edge, edges) && holds(*i, process, begin) &&
        passes(fault, process))
      return *i;
  }
  return no_event;
}

bool Hindrances::holds(EventIndex fault, Symbol process, EventIndex at) const {
  const Event& event = history_[fault];
  if (event.detail == Detail::lateness) {
    for (const EventIndex i : by_operation_.of(event.op)) {
      if (i > fault && arrives(history_[i].kind, event.edge)) return i > at;
    }
    return true;
  }
  return event.detail == Detail::loss && !troubles_.connected_anew(process, fault, at);
}

bool Hindrances::passes(const Event& fault, Symbol process) const {
  const Event* invoke = invocations_.find(fault.op);
  if (invoke != nullptr && invoke->actor == process) return true;
  return std::ranges::any_of(by_operation_.of(fault.op), [&](EventIndex i) {
    return history_[i].kind == EventKind::deliver && (process == 0 || history_[i].actor == process);
  });
}

}  // namespace castaway::check
