#pragma once
// Settler: reads a burst and settles each message as dice say: acknowledges it, alone or with those
// before it, gives it back, throws it away, or leaves it for later. It knows what may come again,
// and fails the test where something else does.

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/testing/burst.h"
#include "castaway/testing/transport_peer.h"

namespace castaway::testing {

class Settler {
 public:
  Settler(std::uint64_t seed, const std::vector<BurstMessage>& messages)
      : dice_(seed), messages_(messages) {}

  /// Reads until so many messages are settled for good. The first time it may leave a few of those
  /// that it has read unsettled.
  /// Waits: until they have come.
  void read(TransportPeer& peer, std::size_t until) {
    std::size_t read = 0;
    while (done_.size() < until) {
      if (!peer.await_deliveries(read + 1)) return;
      const std::vector<Delivery> deliveries = peer.deliveries();
      for (; read < deliveries.size(); ++read) {
        take(deliveries[read]);
        if (::testing::Test::HasFailure()) return;
        settle(peer, deliveries[read].delivery_tag);
      }
      // The last ones would wait for ever for others to be settled with.
      if (done_.size() + unsettled_.size() < messages_.size()) continue;
      while (!unsettled_.empty()) acknowledge_first(peer);
    }
  }

  /// Breaks the link: what it has not settled has to come again, to the next reader.
  void lose(TransportPeer& peer) {
    peer.destroy();
    seen_all_ = false;
    for (const Delivery& delivery : peer.deliveries())
      seen_.insert(number_of(delivery, messages_.size()));
    unsettled_.clear();
  }

 private:
  void take(const Delivery& delivery) {
    const std::size_t number = number_of(delivery, messages_.size());
    ASSERT_LT(number, messages_.size()) << "delivered what was never published";
    EXPECT_FALSE(done_.contains(number)) << number << " comes again, and was settled";
    EXPECT_EQ(delivery.consumer_tag, "c" + std::to_string(messages_[number].queue)) << number;
    for (const auto& [tag, other] : unsettled_)
      EXPECT_NE(other, number) << number << " comes again, and is not settled";
    const bool again = !seen_.insert(number).second;
    // What a reader had not yet seen when it was lost may count as delivered, too.
    if (again || seen_all_) {
      EXPECT_EQ(delivery.redelivered, again) << number;
    }
    expect_as_published(delivery, messages_[number]);
    unsettled_[delivery.delivery_tag] = number;
  }

  void settle(TransportPeer& peer, std::uint64_t tag) {
    const std::uint64_t roll = dice_.roll(10);
    const std::size_t number = unsettled_.at(tag);
    if (roll < 2 && unsettled_.size() < 3) return;
    if (roll < 5 && given_back_[number]++ < 2) {
      peer.with([&](Connection& c) { c.reject(tag, true); });
      unsettled_.erase(tag);
    } else if (roll < 6) {
      peer.with([&](Connection& c) { c.reject(tag, false); });
      finish(tag);
    } else if (roll < 8) {
      peer.with([&](Connection& c) { c.acknowledge(tag); });
      finish(tag);
    } else {
      peer.with([&](Connection& c) { c.acknowledge(tag, true); });
      while (!unsettled_.empty() && unsettled_.begin()->first <= tag)
        finish(unsettled_.begin()->first);
    }
  }

  void acknowledge_first(TransportPeer& peer) {
    const std::uint64_t first = unsettled_.begin()->first;
    peer.with([&](Connection& c) { c.acknowledge(first); });
    finish(first);
  }

  void finish(std::uint64_t tag) {
    done_.insert(unsettled_.at(tag));
    unsettled_.erase(tag);
  }

  Dice dice_;
  const std::vector<BurstMessage>& messages_;
  std::map<std::uint64_t, std::size_t> unsettled_ = {};  ///< of this reader: tag -> number
  std::map<std::size_t, int> given_back_ = {};
  std::set<std::size_t> seen_ = {}, done_ = {};
  bool seen_all_ = true;  ///< all that was ever delivered
};

}  // namespace castaway::testing
