#include "operations.h"

#include <algorithm>
#include <numeric>

namespace castaway::check {

Invocations::Invocations(const History& history)
    : history_(history), invokes_(history.symbols(), no_event) {
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const bool is_seen =
        events[i].kind == EventKind::publish || events[i].kind == EventKind::accept;
    if (is_seen && events[i].operation != OperationKind::none && events[i].op != 0)
      seen_[events[i].op] = events[i].operation;
    if (events[i].kind != EventKind::invoke) continue;
    any_ = true;
    if (events[i].op == 0) continue;
    if (invokes_[events[i].op] == no_event) {
      invokes_[events[i].op] = i;
    } else if (events[i].attempt > 1) {
      more_[events[i].op].push_back(i);
    }
  }
}

const Event* Invocations::find(Symbol op) const {
  return index(op) == no_event ? nullptr : &history_[index(op)];
}

OperationKind Invocations::kind(Symbol op) const {
  const Event* invoke = find(op);
  return invoke == nullptr ? OperationKind::none : invoke->operation;
}

bool Invocations::is_fanout(Symbol op) const {
  if (const Event* invoke = find(op)) return invoke->operation == OperationKind::fanout;
  const auto seen = seen_.find(op);
  return seen != seen_.end() && seen->second == OperationKind::fanout;
}

std::size_t Invocations::attempts(Symbol op) const {
  const auto more = more_.find(op);
  return more == more_.end() ? 1 : 1 + more->second.size();
}

EventIndex Invocations::last(Symbol op) const {
  const auto more = more_.find(op);
  return more == more_.end() ? index(op) : more->second.back();
}

EventsByOperation::EventsByOperation(const History& history)
    : starts_(history.symbols() + 1), indices_(history.events().size()) {
  const std::vector<Event>& events = history.events();
  for (const Event& event : events) ++starts_[event.op + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
  for (EventIndex i = 0; i < events.size(); ++i) indices_[next[events[i].op]++] = i;
}

std::span<const EventIndex> EventsByOperation::of(Symbol op) const {
  return std::span(indices_).subspan(starts_[op], starts_[op + 1] - starts_[op]);
}

EventIndex EventsByOperation::last_before(Symbol op, EventIndex end) const {
  const std::span<const EventIndex> events = of(op);
  const auto after = std::lower_bound(events.begin(), events.end(), end);
  return after == events.begin() ? no_event : *(after - 1);
}

}  // namespace castaway::check
