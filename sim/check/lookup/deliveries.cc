#include "deliveries.h"

#include <algorithm>
#include <span>
#include <utility>

namespace castaway::check {

namespace {

bool is_end(Detail detail) { return detail == Detail::killed || detail == Detail::stopped; }

/// A fault of processes and connections. A clock that is set takes no message anywhere.
bool is_world_fault(const Event& event) { return event.detail == Detail::outage && event.op == 0; }

EventIndex first_between(const std::map<Symbol, std::vector<EventIndex>>& events, Symbol process,
                         EventIndex begin, EventIndex end) {
  const auto found = events.find(process);
  if (found == events.end()) return no_event;
  const auto after = std::upper_bound(found->second.begin(), found->second.end(), begin);
  return after == found->second.end() || *after >= end ? no_event : *after;
}

}  // namespace

bool is_trouble(const Event& event) {
  return event.detail == Detail::killed || event.detail == Detail::cut ||
         event.detail == Detail::closed || event.detail == Detail::lost ||
         event.detail == Detail::abandoned || event.detail == Detail::channel_closed;
}

Deliveries::Deliveries(const History& history, const std::set<Symbol>& violated)
    : history_(history), by_operation_(history), ordinals_(history.events().size()) {
  const std::vector<Event>& events = history.events();
  std::vector<std::uint32_t> delivered(history.symbols());
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::deliver) ordinals_[i] = ++delivered[event.actor];
    if (event.kind == EventKind::accept || event.kind == EventKind::confirm) broker_seen_ = true;
    if (event.kind == EventKind::settle) settles_seen_ = true;
    origins_seen_ = origins_seen_ || event.kind == EventKind::publish ||
                    event.kind == EventKind::settle || event.kind == EventKind::link ||
                    event.kind == EventKind::process || event.kind == EventKind::fault ||
                    event.kind == EventKind::inject;
    if (is_trouble(event)) troubles_[event.actor].push_back(i);
    if (is_world_fault(event)) world_faults_.push_back(i);
    if (is_end(event.detail)) ends_[event.actor].push_back(i);
  }
  for (Symbol op = 1; op < history.symbols(); ++op) {
    if (!violated.contains(op)) survived(op);
  }
}

void Deliveries::survived(Symbol op) {
  const std::span<const EventIndex> events = by_operation_.of(op);
  const bool executed = std::any_of(events.begin(), events.end(), [&](EventIndex i) {
    return history_[i].kind == EventKind::execute;
  });
  if (!executed) return;
  std::map<Symbol, EventIndex> last;  // by server
  for (const EventIndex i : events) {
    if (history_[i].kind != EventKind::deliver) continue;
    const auto [previous, first] = last.try_emplace(history_[i].actor, i);
    if (first) continue;
    largest_gap_survived_ = std::max(largest_gap_survived_.value_or(0), gap(previous->second, i));
    previous->second = i;
  }
}

EventIndex Deliveries::cause_of(EventIndex execution) const {
  const EventIndex cause = history_[execution].cause;
  if (cause == no_event) return no_event;
  const Event& delivery = history_[cause];
  const Event& executed = history_[execution];
  const bool fits = delivery.kind == EventKind::deliver && delivery.op == executed.op &&
                    delivery.actor == executed.actor;
  return fits ? cause : no_event;
}

Twice Deliveries::pair(EventIndex first, EventIndex second) const {
  Twice twice{.op = history_[first].op,
              .first = first,
              .second = second,
              .one_server = history_[first].actor == history_[second].actor,
              .first_delivery = cause_of(first),
              .second_delivery = cause_of(second)};
  // Who records may know the last delivery only: then it is the cause of both, which says nothing.
  const bool told = twice.first_delivery != twice.second_delivery;
  const bool find_first = twice.first_delivery == no_event || !told;
  const bool find_second = twice.second_delivery == no_event;
  if (find_first) twice.first_delivery = no_event;
  for (const EventIndex i : by_operation_.of(twice.op)) {
    if (history_[i].kind != EventKind::deliver) continue;
    // Copies may pile up before the first is executed: the first one it was, then, and for the
    // second the last one.
    const bool to_first = history_[i].actor == history_[first].actor && i < first;
    const bool to_second = history_[i].actor == history_[second].actor && i < second;
    if (find_first && to_first && twice.first_delivery == no_event) twice.first_delivery = i;
    if (find_second && to_second) twice.second_delivery = i;
  }
  if (twice.first_delivery == twice.second_delivery) twice.second_delivery = no_event;
  // Of two copies that lie in a server, or in two, the later one may be executed first.
  if (twice.second_delivery != no_event && twice.first_delivery != no_event &&
      twice.second_delivery < twice.first_delivery) {
    std::swap(twice.first_delivery, twice.second_delivery);
  }
  twice.holder = history_[twice.first_delivery != no_event ? twice.first_delivery : first].actor;
  return twice;
}

std::uint32_t Deliveries::gap(EventIndex first, EventIndex second) const {
  return ordinals_[second] - ordinals_[first] - 1;
}

bool Deliveries::acknowledged(const Twice& twice, EventIndex end) const {
  const std::span<const EventIndex> events = by_operation_.of(twice.op);
  return std::any_of(events.begin(), events.end(), [&](EventIndex i) {
    const Event& event = history_[i];
    return event.kind == EventKind::settle && event.detail == Detail::ack &&
           event.actor == twice.holder && i > twice.first_delivery && i < end;
  });
}

EventIndex Deliveries::trouble(Symbol process, EventIndex begin, EventIndex end) const {
  return first_between(troubles_, process, begin, end);
}

EventIndex Deliveries::last_world_fault_before(EventIndex end) const {
  const auto after = std::lower_bound(world_faults_.begin(), world_faults_.end(), end);
  return after == world_faults_.begin() ? no_event : *(after - 1);
}

bool Deliveries::restarted(Symbol process, EventIndex begin, EventIndex end) const {
  return first_between(ends_, process, begin, end) != no_event;
}

}  // namespace castaway::check
