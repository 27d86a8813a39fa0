#pragma once
// TransportFixture: the base of the transport contracts. It opens connections, and makes queues
// that the test deletes.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/testing/transport_peer.h"

namespace castaway::testing {

template <class World>
class TransportFixture : public ::testing::Test {
 protected:
  void in_task(const std::function<void()>& body) {
    bool ended = false;
    world_.run([&] {
      prefix_ = std::to_string(world_.runtime().random_bits("contract")) + "-";
      body();
      ended = true;
    });
    EXPECT_TRUE(ended) << "the world ended before the test did";
  }

  /// A connection that has opened.
  [[nodiscard]] std::unique_ptr<TransportPeer> open(Purpose purpose = Purpose::send) {
    auto peer = std::make_unique<TransportPeer>(world_.runtime(), world_.transport(), purpose);
    peer->await("opened");
    return peer;
  }

  [[nodiscard]] std::string name(const std::string& stem) const { return prefix_ + stem; }

  /// Declares a queue, for clean_up() to delete, and returns its name.
  [[nodiscard]] std::string make_queue(TransportPeer& peer, const std::string& stem = "queue") {
    const QueueDeclaration queue = {.queue = name(stem)};
    peer.await_completed(peer.with([&](Connection& c) { return c.declare_queue(queue); }));
    made_.push_back(queue.queue);
    return queue.queue;
  }

  /// Publishes to a queue, and waits until the broker has it.
  void put(TransportPeer& peer, const std::string& queue, const std::vector<std::string>& bodies) {
    peer.with([](Connection& c) { return c.confirm_select(); });
    std::uint64_t last = 0;
    for (const std::string& body : bodies) {
      last = peer.with([&](Connection& c) {
        return c.publish({.routing_key = queue, .message = {.body = body}});
      });
    }
    await_confirmed(peer, last);
  }

  /// Waits: until `last` is confirmed, on its own or together with those before it.
  static void await_confirmed(TransportPeer& peer, std::uint64_t last) {
    const std::string exactly = "confirmed " + std::to_string(last);
    peer.await(exactly);
  }

  using Tags = std::set<std::uint64_t>;

  /// Each publication up to `last` is confirmed, alone or with those before it, and none twice.
  /// Waits: until they are.
  static void expect_each_confirmed_once(TransportPeer& peer, std::uint64_t last) {
    Tags missing, twice;
    peer.await_that(
        [&] {
          std::tie(missing, twice) = unconfirmed(peer.heard(), last);
          return missing.empty();
        },
        20s);
    EXPECT_EQ(missing, Tags()) << "were never confirmed";
    EXPECT_EQ(twice, Tags()) << "were confirmed twice";
    EXPECT_EQ(peer->sent_through(), last);
  }

  void consume(TransportPeer& peer, const std::string& queue, const std::string& tag = "c") {
    peer.await_completed(peer.with([&](Connection& c) { return c.consume(queue, tag); }));
  }

  /// Waits: long enough for something that should not come.
  void pause() { world_.runtime().sleep_until(world_.runtime().now() + 100ms); }

  /// Deletes what the test made.
  void clean_up() {
    const auto peer = open();
    RequestNumber last = 0;
    for (const std::string& queue : made_)
      last = peer->with([&](Connection& c) { return c.delete_queue(queue); });
    made_.clear();
    if (last > 0) peer->await_completed(last);
  }

  [[nodiscard]] static std::vector<std::string> bodies(TransportPeer& peer) {
    std::vector<std::string> bodies;
    for (const Delivery& delivery : peer.deliveries()) bodies.push_back(delivery.message.body);
    return bodies;
  }

  /// Of the tags up to `last`, those without a confirm; and all that have several.
  [[nodiscard]] static std::pair<Tags, Tags> unconfirmed(const std::vector<std::string>& heard,
                                                         std::uint64_t last) {
    Tags missing, twice;
    for (std::uint64_t tag = 1; tag <= last; ++tag) missing.insert(tag);
    for (const std::string& line : heard) {
      if (!line.starts_with("confirmed ")) continue;
      const std::uint64_t tag = std::stoull(line.substr(10));
      if (!missing.contains(tag)) twice.insert(tag);
      const bool multiple = line.ends_with(" and before");
      missing.erase(multiple ? missing.begin() : missing.lower_bound(tag),
                    missing.upper_bound(tag));
    }
    return {missing, twice};
  }

  World world_;
  std::string prefix_ = {};
  std::vector<std::string> made_ = {};
};

}  // namespace castaway::testing
