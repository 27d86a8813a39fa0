#pragma once
// Scheduler: runs events in virtual time, in the order of (time, class, tie, sequence). The clock
// jumps from one event to the next, so that waiting costs nothing.
//
// An event is a plain callback on the scheduler's own stack. It must not wait; only tasks may
// (fiber_runtime.h).

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "castaway/time.h"

namespace castaway::sim {

/// At one instant, what happens to the world comes before what tasks make of it, and deadlines come
/// last: a reply that arrives on the deadline is in time.
enum class EventClass : std::uint8_t { world, message, task, deadline };

class Scheduler {
 public:
  using EventId = std::uint64_t;  ///< never 0

  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  [[nodiscard]] TimePoint now() const { return now_; }

  /// Runs `event` at `when`, or now if that has passed, or not at all if that is `never`. `tie`
  /// orders events of one instant and class, before their sequence.
  EventId at(TimePoint when, EventClass event_class, std::uint64_t tie,
             std::function<void()> event);

  /// Cancels an event that is no longer needed. No-op if it ran or was cancelled.
  void cancel(EventId id);

  /// Calls `watcher` before each event of class message, with its tie. An empty one is not called.
  void watch_messages(std::function<void(std::uint64_t tie)> watcher) {
    watcher_ = std::move(watcher);
  }

  /// Runs the next event. False when there is none, or it lies beyond `limit` (the clock then
  /// stays).
  bool step(TimePoint limit = never);

  [[nodiscard]] bool empty() const { return heap_.empty() && lane_.empty(); }
  /// Whether nothing is left, except perhaps for that event.
  [[nodiscard]] bool empty_but_for(EventId id) const;
  /// The instant of the next event; `never` if none.
  [[nodiscard]] TimePoint next() const;
  /// The instants at which something is due besides messages and tasks: deadlines, timers, what the
  /// world does. In order, each instant once, and at most `most` of them.
  [[nodiscard]] std::vector<TimePoint> due(std::size_t most) const;
  /// How many events have run.
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  /// What orders an event. Its callback lies in a slot, and is dead once the slot holds another
  /// sequence.
  struct Entry {
    TimePoint when;
    std::uint64_t tie;
    std::uint64_t sequence;
    std::uint32_t slot;
    EventClass event_class;
  };
  struct Slot {
    std::function<void()> event = {};
    std::uint64_t sequence = 0;  ///< 0 while the slot is free
    std::uint32_t generation = 1;
  };

  [[nodiscard]] static bool before(const Entry& a, const Entry& b);
  [[nodiscard]] bool dead(const Entry& entry) const;
  [[nodiscard]] bool is_due(EventId id) const;
  [[nodiscard]] bool lane_is_next() const;
  [[nodiscard]] std::uint32_t take_slot();
  [[nodiscard]] std::function<void()> free_slot(std::uint32_t index);
  void push(Entry entry);
  void pop();
  void sift_down(std::size_t hole, Entry entry);
  void drop_dead();
  void compact();

  TimePoint now_ = {};
  std::uint64_t sequence_ = 0;
  std::uint64_t count_ = 0;
  std::size_t dead_ = 0;          ///< entries whose event was cancelled
  std::vector<Entry> heap_ = {};  ///< four children a node; the first entry is alive
  std::deque<Entry> lane_ = {};   ///< ready tasks: at now(), class task, tie 0; the first is alive
  std::vector<Slot> slots_ = {};  ///< as many as were ever taken at one time
  std::vector<std::uint32_t> free_ = {};
  std::function<void(std::uint64_t)> watcher_ = {};
};

}  // namespace castaway::sim
