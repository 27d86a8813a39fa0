#include "troubles.h"

#include <algorithm>

namespace castaway::check {

namespace {

bool begins_trouble(Detail detail) {
  switch (detail) {
    case Detail::lost:
    case Detail::cut:
    case Detail::half_open:
    case Detail::half_open_to_broker:
    case Detail::half_open_from_broker:
    case Detail::channel_closed:
    case Detail::killed:
    case Detail::paused:
    case Detail::stopping:
    case Detail::closing:
    case Detail::down:
    case Detail::node_down:
    case Detail::blocks_publishers:
    case Detail::queue_deleted:
    case Detail::reply_queue_deleted:
    case Detail::queue_expired:
    case Detail::queue_purged:
    case Detail::consumer_cancelled:
    case Detail::slowed:
      return true;
    default:
      return false;
  }
}

/// Whether a process takes no requests any more, or begins to.
bool is_end(Detail detail) { return detail == Detail::stopping || detail == Detail::killed; }
bool is_begin(Detail detail) { return detail == Detail::serving || detail == Detail::started; }

/// A queue that is deleted is made anew by whoever misses it, and one that is purged fills again.
bool lasts(Detail detail) {
  return detail != Detail::queue_deleted && detail != Detail::reply_queue_deleted &&
         detail != Detail::queue_expired && detail != Detail::queue_purged;
}

bool ends_trouble(Detail detail) {
  return detail == Detail::opened || detail == Detail::serving || detail == Detail::resumed ||
         detail == Detail::up_again || detail == Detail::node_up;
}

}  // namespace

bool hinders(const Event& fault) {
  return fault.kind == EventKind::fault && fault.detail != Detail::copy;
}

Troubles::Troubles(const History& history) : history_(history) {
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::fault && event.op != 0 && hinders(event))
      message_faults_.push_back(i);
    if (event.kind == EventKind::execute) {
      executions_[0].push_back(i);
      if (event.actor != 0) executions_[event.actor].push_back(i);
    }
    if (event.kind != EventKind::link && event.kind != EventKind::process) continue;
    events_[event.actor].push_back(i);
    if (is_end(event.detail) || is_begin(event.detail)) lives_[event.actor].push_back(i);
    if (event.detail == Detail::serving &&
        std::ranges::find(servers_, event.actor) == servers_.end())
      servers_.push_back(event.actor);
    if (history.text(event.actor) == "broker") broker_ = event.actor;
  }
}

bool Troubles::is_over(EventIndex trouble, EventIndex by) const {
  const Event& event = history_[trouble];
  // The length of a cut is only the broker's.
  return event.length != Duration::zero() && event.detail != Detail::cut &&
         deadline_after(event.at, event.length) <= history_[by].at;
}

EventIndex Troubles::trouble(Symbol process, EventIndex begin, EventIndex end) const {
  const auto found = events_.find(process);
  if (found == events_.end()) return no_event;
  const std::vector<EventIndex>& events = found->second;
  const auto after = std::ranges::lower_bound(events, begin);
  // A process that is not there needs no other explanation.
  if (const auto life = lives_.find(process); life != lives_.end()) {
    const auto next = std::ranges::lower_bound(life->second, begin);
    const EventIndex last = next == life->second.begin() ? no_event : *(next - 1);
    if (last != no_event && is_end(history_[last].detail)) return last;
  }
  EventIndex own = no_event;  // what it did itself
  for (auto i = after; i != events.end() && *i < end; ++i) {
    if (begins_trouble(history_[*i].detail)) return *i;
    if (own == no_event && history_[*i].detail == Detail::abandoned) own = *i;
  }
  for (auto i = after; i != events.begin();) {
    const Detail detail = history_[*--i].detail;
    if (ends_trouble(detail)) break;
    if (begins_trouble(detail) && lasts(detail) && !is_over(*i, begin)) return *i;
  }
  return own;
}

bool Troubles::connected_anew(Symbol process, EventIndex begin, EventIndex end) const {
  const auto found = events_.find(process);
  if (found == events_.end()) return false;
  const auto first = std::ranges::lower_bound(found->second, begin);
  return std::any_of(first, std::ranges::lower_bound(found->second, end),
                     [&](EventIndex i) { return history_[i].kind == EventKind::link; });
}

std::span<const EventIndex> Troubles::executions(Symbol server) const {
  const auto found = executions_.find(server);
  if (found == executions_.end()) return {};
  return found->second;
}

EventIndex Troubles::broker_trouble(EventIndex begin, EventIndex end) const {
  return broker_ == 0 ? no_event : trouble(broker_, begin, end);
}

}  // namespace castaway::check
