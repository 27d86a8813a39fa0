#include "castaway/sim/scheduler.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {
namespace {

constexpr std::size_t arity =
    4;  // half as deep as a binary heap, and four entries share two cache lines
constexpr std::size_t tolerated_dead = 1024;
constexpr Scheduler::EventId no_event = ~Scheduler::EventId{0};

}  // namespace

Scheduler::EventId Scheduler::at(TimePoint when, EventClass event_class, std::uint64_t tie,
                                 std::function<void()> event) {
  if (when == never) return no_event;
  const std::uint32_t index = take_slot();
  Slot& slot = slots_[index];
  slot.event = std::move(event);
  slot.sequence = ++sequence_;
  const Entry entry{std::max(when, now_), tie, sequence_, index, event_class};
  // Tasks that become ready now are most of all events, and come in the order in which they run.
  if (entry.when == now_ && event_class == EventClass::task && tie == 0) {
    lane_.push_back(entry);
  } else {
    push(entry);
  }
  return (EventId{slot.generation} << 32) | index;
}

void Scheduler::cancel(EventId id) {
  if (!is_due(id)) return;
  // Destroyed last, at the end of this function: what it captured may cancel other events.
  const std::function<void()> event = free_slot(static_cast<std::uint32_t>(id));
  ++dead_;
  drop_dead();
  if (dead_ > heap_.size() / 2 + tolerated_dead) compact();
}

bool Scheduler::step(TimePoint limit) {
  if (empty()) return false;
  const bool from_lane = lane_is_next();
  const Entry entry = from_lane ? lane_.front() : heap_.front();
  if (entry.when > limit) return false;
  from_lane ? lane_.pop_front() : pop();
  const std::function<void()> event = free_slot(entry.slot);
  drop_dead();
  now_ = entry.when;
  ++count_;
  if (watcher_ && entry.event_class == EventClass::message) watcher_(entry.tie);
  event();
  return true;
}

bool Scheduler::is_due(EventId id) const {
  const auto index = static_cast<std::uint32_t>(id);
  return index < slots_.size() && slots_[index].generation == id >> 32 &&
         slots_[index].sequence != 0;
}

bool Scheduler::empty_but_for(EventId id) const {
  const std::size_t left = heap_.size() + lane_.size() - dead_;
  return left == (is_due(id) ? 1 : 0);
}

TimePoint Scheduler::next() const {
  if (!lane_.empty()) return now_;
  return heap_.empty() ? never : heap_.front().when;
}

std::vector<TimePoint> Scheduler::due(std::size_t most) const {
  std::vector<TimePoint> instants;
  for (const Entry& entry : heap_) {
    const bool timed =
        entry.event_class == EventClass::deadline || entry.event_class == EventClass::world;
    if (timed && entry.when > now_ && !dead(entry)) instants.push_back(entry.when);
  }
  std::ranges::sort(instants);
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  if (instants.size() > most) instants.resize(most);
  return instants;
}

bool Scheduler::before(const Entry& a, const Entry& b) {
  if (a.when != b.when) return a.when < b.when;
  if (a.event_class != b.event_class) return a.event_class < b.event_class;
  if (a.tie != b.tie) return a.tie < b.tie;
  return a.sequence < b.sequence;
}

bool Scheduler::dead(const Entry& entry) const {
  return slots_[entry.slot].sequence != entry.sequence;
}

bool Scheduler::lane_is_next() const {
  return heap_.empty() || (!lane_.empty() && before(lane_.front(), heap_.front()));
}

std::uint32_t Scheduler::take_slot() {
  if (free_.empty()) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

std::function<void()> Scheduler::free_slot(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.sequence = 0;
  if (++slot.generation == 0) slot.generation = 1;
  free_.push_back(index);
  return std::exchange(slot.event, nullptr);
}

void Scheduler::push(Entry entry) {
  std::size_t hole = heap_.size();
  heap_.push_back(entry);
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / arity;
    if (!before(entry, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = entry;
}

void Scheduler::pop() {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
}

void Scheduler::sift_down(std::size_t hole, Entry entry) {
  for (;;) {
    const std::size_t first = hole * arity + 1;
    if (first >= heap_.size()) break;
    std::size_t least = first;
    const std::size_t end = std::min(first + arity, heap_.size());
    for (std::size_t child = first + 1; child < end; ++child) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], entry)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = entry;
}

void Scheduler::drop_dead() {
  if (dead_ == 0) return;
  for (; !heap_.empty() && dead(heap_.front()); --dead_) pop();
  for (; !lane_.empty() && dead(lane_.front()); --dead_) lane_.pop_front();
}

// Deadlines are mostly cancelled long before they are due. Without this they would pile up until
// then.
void Scheduler::compact() {
  const auto is_dead = [this](const Entry& entry) { return dead(entry); };
  std::erase_if(heap_, is_dead);
  std::erase_if(lane_, is_dead);
  dead_ = 0;
  for (std::size_t node = heap_.size() / arity + 1; node-- > 0;) {
    if (node < heap_.size()) sift_down(node, heap_[node]);
  }
}

}  // namespace castaway::sim
