#pragma once
// DeliveryContract: tests which messages any Transport and its broker deliver, and in which order.
// Instantiate it with a world as TransportContract has it.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/burst.h"
#include "castaway/testing/transport_fixture.h"

namespace castaway::testing {

template <class World>
class DeliveryContract : public TransportFixture<World> {};

TYPED_TEST_SUITE_P(DeliveryContract);

TYPED_TEST_P(DeliveryContract, DeliversInOrder) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    this->consume(*peer, queue);
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) sent.push_back(std::to_string(i));
    this->put(*sender, queue, sent);
    peer->await("delivered c", 200);
    EXPECT_EQ(this->bodies(*peer), sent);
    std::uint64_t tag = 0;
    for (const Delivery& delivery : peer->deliveries()) EXPECT_EQ(delivery.delivery_tag, ++tag);
    this->clean_up();
  });
}

TYPED_TEST_P(DeliveryContract, DeliversMessagesAsTheyWere) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*peer);
    this->consume(*peer, queue);
    std::string bytes;
    for (int i = 0; i < 300'000; ++i) bytes.push_back(static_cast<char>(i * 31));
    const std::vector<Message> messages = {
        {},
        {.properties = {.content_type = "application/json",
                        .content_encoding = "utf-8",
                        .headers = {{"text", "t"},
                                    {"yes", true},
                                    {"number", std::int64_t{-7}},
                                    {"large", std::int64_t{1} << 40}},
                        .delivery_mode = std::uint8_t{2},
                        .priority = std::uint8_t{0},
                        .expiration = "60000"},
         .body = bytes}};
    for (const Message& message : messages) {
      peer->with(
          [&](Connection& c) { return c.publish({.routing_key = queue, .message = message}); });
    }
    peer->await("delivered c", 2);
    const std::vector<Delivery> deliveries = peer->deliveries();
    ASSERT_EQ(deliveries.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(deliveries[i].message.properties, messages[i].properties);
      EXPECT_TRUE(deliveries[i].message.body == messages[i].body);
      EXPECT_EQ(deliveries[i].exchange, "");
      EXPECT_EQ(deliveries[i].routing_key, queue);
    }
    this->clean_up();
  });
}

TYPED_TEST_P(DeliveryContract, RoutesByTopicAndFansOut) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string one = this->make_queue(*peer, "one"), two = this->make_queue(*peer, "two");
    const std::string topic = this->name("topic"), fanout = this->name("fanout");
    peer->with([&](Connection& c) {
      c.declare_exchange({.exchange = topic, .type = "topic", .auto_delete = true});
      c.declare_exchange({.exchange = fanout, .type = "fanout", .auto_delete = true});
      for (const std::string& queue : {one, two}) {
        c.bind_queue(queue, topic, queue);
        c.bind_queue(queue, fanout, "any");
      }
      c.consume(one, "one");
      c.consume(two, "two");
      c.publish({.exchange = topic, .routing_key = one, .message = {.body = "to one"}});
      c.publish({.exchange = topic, .routing_key = "none", .message = {.body = "to none"}});
      c.publish({.exchange = fanout, .message = {.body = "to both"}});
    });
    peer->await("delivered two to both");
    peer->await("delivered one to both");
    EXPECT_EQ(peer->count("delivered"), 3U);
    EXPECT_EQ(peer->count("delivered one to one"), 1U);
    this->clean_up();
  });
}

TYPED_TEST_P(DeliveryContract, DeliversNothingMoreOnceACancelIsCompleted) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    this->consume(*peer, queue);
    this->put(*sender, queue, {"before"});
    peer->await("delivered c before");
    peer->await_completed(peer->with([](Connection& c) { return c.cancel("c"); }));
    this->put(*sender, queue, {"after"});
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 1U);
    EXPECT_EQ(peer->count("cancelled"), 0U);
    this->clean_up();
  });
}

/// As a server does that makes way for others and comes back, before the broker has answered.
TYPED_TEST_P(DeliveryContract, MakesAConsumerAnewThatWasCancelledAMomentAgo) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    peer->await_completed(peer->with([&](Connection& c) {
      for (int i = 0; i < 3; ++i) {
        c.consume(queue, "c");
        c.cancel("c");
      }
      return c.consume(queue, "c");
    }));
    this->put(*sender, queue, {"after all"});
    peer->await("delivered c after all");
    this->clean_up();
  });
}

/// Several connections publish at once to several queues, over two exchanges; two others consume.
TYPED_TEST_P(DeliveryContract, PutsEachMessageOfABurstInItsQueueOnce) {
  this->in_task([&] {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto one = this->open(Purpose::listen), two = this->open(Purpose::listen);
      const auto consumer = [&](std::size_t queue) { return queue % 2 == 0 ? &*one : &*two; };
      BurstSettings settings = {.seed = seed, .publishers = 3};
      settings.exchanges = {"", this->name("burst" + std::to_string(seed))};
      // By each connection, as the library does it: some transports know only what they declared.
      const auto declare = [&](Connection& c) {
        return c.declare_exchange({.exchange = settings.exchanges[1], .auto_delete = true});
      };
      one->await_completed(one->with(declare));
      two->await_completed(two->with(declare));
      for (std::size_t i = 0; i < 5; ++i) {
        TransportPeer& peer = *consumer(i);
        const std::string stem = "burst" + std::to_string(seed) + "-" + std::to_string(i);
        const std::string queue = settings.queues.emplace_back(this->make_queue(peer, stem));
        peer.with([&](Connection& c) { c.bind_queue(queue, settings.exchanges[1], queue); });
        this->consume(peer, queue, "c" + std::to_string(i));
      }
      const std::vector<BurstMessage> messages = burst(settings);
      std::vector<std::unique_ptr<TransportPeer>> publishers;
      std::vector<std::uint64_t> last(settings.publishers);
      for (std::size_t i = 0; i < settings.publishers; ++i) {
        publishers.push_back(this->open());
        publishers.back()->with(declare);
        publishers.back()->with([](Connection& c) { return c.confirm_select(); });
      }
      std::size_t for_one = 0;
      for (const BurstMessage& message : messages) {
        last[message.publisher] = publishers[message.publisher]->with(
            [&](Connection& c) { return c.publish(message.publication); });
        if (consumer(message.queue) == &*one) ++for_one;
      }
      for (std::size_t i = 0; i < settings.publishers; ++i)
        this->expect_each_confirmed_once(*publishers[i], last[i]);
      if (!one->await_deliveries(for_one) || !two->await_deliveries(messages.size() - for_one))
        return;
      this->pause();
      std::vector<Delivery> deliveries = one->deliveries();
      for (const Delivery& delivery : two->deliveries()) deliveries.push_back(delivery);
      expect_each_once_in_order(messages, deliveries);
      this->clean_up();
    }
  });
}

/// What a confirm is worth: no end of the publisher's connection can undo it.
TYPED_TEST_P(DeliveryContract, AConfirmedMessageOutlivesItsPublisher) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*peer);
    this->consume(*peer, queue);
    for (std::size_t i = 1; i <= 5; ++i) {
      const auto publisher = this->open();
      this->put(*publisher, queue, {"message " + std::to_string(i)});
      publisher->destroy();
      if (!peer->await("delivered c message", i)) break;
    }
    this->clean_up();
  });
}

REGISTER_TYPED_TEST_SUITE_P(DeliveryContract, DeliversInOrder, DeliversMessagesAsTheyWere,
                            RoutesByTopicAndFansOut, DeliversNothingMoreOnceACancelIsCompleted,
                            MakesAConsumerAnewThatWasCancelledAMomentAgo,
                            PutsEachMessageOfABurstInItsQueueOnce,
                            AConfirmedMessageOutlivesItsPublisher);

}  // namespace castaway::testing
