#pragma once
// Flow: how many messages of one publisher are under way, and waiting until there is room for more.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

namespace castaway::load {

class Flow final {
 public:
  Flow(Runtime& runtime, std::uint64_t window)
      : window_(window), counts_(runtime, "load-flow"), changed_(runtime.make_signal("load")) {}

  void published() { ++counts_.lock()->published; }
  void confirmed(std::uint64_t count) { done(&Counts::confirmed, count); }
  void delivered() { done(&Counts::delivered, 1); }
  void broken(const std::string& why) {
    counts_.lock()->why = why;
    changed_->notify();
  }

  /// Waits: until no more than `most` messages are not confirmed yet, or not delivered.
  /// Throws: std::runtime_error once a connection is broken.
  void wait_for(std::uint64_t most) {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      {
        auto counts = counts_.lock();
        if (!counts->why.empty()) throw std::runtime_error("a connection closed: " + counts->why);
        if (counts->under_way() <= most) return;
      }
      changed_->wait(ticket, never);
    }
  }
  /// Waits: until there is room for one more. A publisher that had to wait goes on when half of its
  /// window is free.
  void wait_for_room() {
    if (counts_.lock()->under_way() >= window_) wait_for(window_ / 2);
  }

  [[nodiscard]] std::uint64_t all_confirmed() { return counts_.lock()->confirmed; }
  [[nodiscard]] std::uint64_t all_delivered() { return counts_.lock()->delivered; }

 private:
  struct Counts {
    std::uint64_t published = 0, confirmed = 0, delivered = 0;
    std::string why = {};
    [[nodiscard]] std::uint64_t under_way() const {
      return published - std::min(confirmed, delivered);
    }
  };

  void done(std::uint64_t Counts::*count, std::uint64_t more) {
    std::uint64_t left = 0;
    {
      auto counts = counts_.lock();
      (*counts).*count += more;
      left = counts->under_way();
    }
    if (left <= window_ / 2) changed_->notify();
  }

  const std::uint64_t window_;
  Guarded<Counts> counts_;
  const std::unique_ptr<Signal> changed_;
};

}  // namespace castaway::load
