#pragma once
// OrderedChannel: one direction in which frames keep their order: one that is late holds up those
// behind it.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "castaway/sim/scheduler.h"

namespace castaway::sim {

class OrderedChannel final : public std::enable_shared_from_this<OrderedChannel> {
 public:
  using Frame = std::function<void()>;

  explicit OrderedChannel(Scheduler& scheduler) : scheduler_(scheduler) {}

  /// Runs `frame` so much later, and not before those that were sent before it: at once if nothing
  /// speaks against it.
  void send(Duration late, Frame frame);
  /// What is sent from now on is lost.
  void die() { dead_ = true; }
  /// Nothing arrives any more; and then all that was held back, in order.
  void stall() { ++held_; }
  void resume();
  /// For good: what has not arrived never will.
  void close();

  /// Whether what is sent now arrives at once, or nothing ever does.
  [[nodiscard]] bool is_clear() const { return frames_.empty() && held_ == 0; }
  [[nodiscard]] bool is_dead() const { return dead_; }

 private:
  struct Waiting {
    TimePoint due = {};
    Frame frame = {};
  };

  void run_due();

  Scheduler& scheduler_;
  std::deque<Waiting> frames_ = {};
  bool dead_ = false;
  unsigned held_ = 0;
};

}  // namespace castaway::sim
