#include "takers.h"

#include <algorithm>

namespace castaway::check {

Takers::Takers(const History& history, const Invocations& invocations,
               const EventsByOperation& by_operation, const Troubles& troubles)
    : history_(history),
      invocations_(invocations),
      by_operation_(by_operation),
      troubles_(troubles) {
  for (const Event& event : history.events()) {
    if (event.kind != EventKind::deliver) continue;
    got_any_.insert(event.actor);
    if (const Event* invoke = invocations_.find(event.op); invoke != nullptr)
      by_topic_[invoke->topic].insert(event.actor);
  }
}

std::vector<Symbol> Takers::of(Symbol op) const {
  const Event* invoke = invocations_.find(op);
  if (invoke == nullptr) return {};
  const auto found = by_topic_.find(invoke->topic);
  std::vector<Symbol> takers;
  for (const Symbol server : troubles_.servers()) {
    const bool takes = found != by_topic_.end() && found->second.contains(server);
    if (takes || !got_any_.contains(server)) takers.push_back(server);
  }
  return takers;
}

EventIndex Takers::all_in_trouble(Symbol op, EventIndex begin, EventIndex end) const {
  EventIndex first = no_event;
  for (const Symbol server : of(op)) {
    const EventIndex trouble = troubles_.trouble(server, begin, end);
    if (trouble == no_event) return no_event;
    if (first == no_event) first = trouble;
  }
  return first;
}

Takers::Work Takers::busy_with(Symbol op, Symbol server, EventIndex begin) const {
  const std::span<const EventIndex> all = troubles_.executions(server);
  const auto before = static_cast<std::size_t>(std::ranges::lower_bound(all, begin) - all.begin());
  Work longest;
  for (const EventIndex i : all.first(before).last(std::min(before, most_looked_at))) {
    const EventIndex end = end_of(i);
    const bool is_longer = longest.begin == no_event || end > longest.end;
    if (history_[i].op != op && end >= begin && is_longer) longest = {.begin = i, .end = end};
  }
  if (longest.begin != no_event) longest.caller = dead_caller(longest);
  return longest;
}

EventIndex Takers::end_of(EventIndex execution) const {
  EventIndex end = no_event;
  for (const EventIndex i : by_operation_.of(history_[execution].op)) {
    const Event& event = history_[i];
    if (i > execution && event.actor == history_[execution].actor &&
        (event.kind == EventKind::done || event.kind == EventKind::reply))
      end = i;
  }
  return end;
}

EventIndex Takers::dead_caller(const Work& work) const {
  const Symbol op = history_[work.begin].op;
  const Event* invoke = invocations_.find(op);
  EventIndex done = no_event;
  for (const EventIndex i : by_operation_.of(op)) {
    if (i > work.begin && history_[i].kind == EventKind::done) done = std::min(done, i);
  }
  if (invoke == nullptr || done == no_event) return no_event;
  const TimePoint end = work.end == no_event ? history_.end() : history_[work.end].at;
  const Duration replying = end - history_[done].at;
  const Duration working = history_[done].at - history_[work.begin].at;
  return replying > working ? troubles_.trouble(invoke->actor, done, work.end) : no_event;
}

}  // namespace castaway::check
