// What an operator does to a broker.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokerOperator : public ::testing::Test {
 protected:
  void publish(Peer& peer, const std::string& queue, const std::string& body, bool persistent) {
    Publication publication{.routing_key = queue, .message = {.body = body}};
    if (persistent) publication.message.properties.delivery_mode = 2;
    peer.publish(std::move(publication));
  }

  BrokerWorld world = {};
  Peer peer = world.open("peer");
};

TEST_F(BrokerOperator, ARestartKeepsPersistentMessagesOfDurableQueuesInTheirOrder) {
  peer.declare({.queue = "kept", .durable = true});
  peer.prefetch(1);
  peer.consume("kept");
  publish(peer, "kept", "m1", true);
  publish(peer, "kept", "m2", true);
  publish(peer, "kept", "fleeting", false);
  EXPECT_THAT(world.heard(), ElementsAre("peer got m1"));
  world.broker.restart(true);
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.ready("kept"), 2U);
  EXPECT_EQ(world.broker.unacknowledged("kept"), 0U);
  Peer next = world.open("next");
  next.consume("kept");
  EXPECT_THAT(world.heard(), ElementsAre("next got m1 attempt 2 redelivered", "next got m2"));
}

TEST_F(BrokerOperator, ARestartForgetsWhatIsNotDurable) {
  peer.declare({.queue = "fleeting"});
  peer.declare({.queue = "own", .durable = true, .exclusive = true});
  peer.declare(ExchangeDeclaration{.exchange = "e", .type = "direct"});
  peer.declare(ExchangeDeclaration{.exchange = "kept", .type = "direct", .durable = true});
  publish(peer, "fleeting", "m1", true);
  world.broker.restart(true);
  EXPECT_THAT(world.broker.queues(), IsEmpty());
  EXPECT_FALSE(world.broker.has_exchange("e"));
  EXPECT_TRUE(world.broker.has_exchange("kept"));
  EXPECT_TRUE(world.broker.has_exchange("amq.topic"));
}

TEST_F(BrokerOperator, ARestartWithoutItsDiskForgetsAllButItsOwnExchanges) {
  peer.declare({.queue = "q", .durable = true});
  peer.declare(ExchangeDeclaration{.exchange = "e", .type = "direct", .durable = true});
  publish(peer, "q", "m1", true);
  world.broker.restart(false);
  EXPECT_THAT(world.broker.queues(), IsEmpty());
  EXPECT_FALSE(world.broker.has_exchange("e"));
  EXPECT_TRUE(world.broker.has_exchange("amq.direct"));
}

TEST_F(BrokerOperator, WhatArrivesOnAConnectionFromBeforeARestartMeansNothing) {
  peer.declare({.queue = "q", .durable = true});
  world.broker.restart(true);
  publish(peer, "q", "m1", true);
  peer.declare({.queue = "other"});
  EXPECT_THAT(world.broker.queues(), ElementsAre("q"));
  EXPECT_EQ(world.broker.ready("q"), 0U);
}

TEST_F(BrokerOperator, BindingsOfDurableQueuesOutliveARestart) {
  peer.declare({.queue = "q", .durable = true});
  peer.declare(ExchangeDeclaration{.exchange = "e", .type = "direct", .durable = true});
  peer.bind("q", "e", "key");
  world.broker.restart(true);
  Peer next = world.open("next");
  Publication publication{.exchange = "e", .routing_key = "key", .message = {.body = "m1"}};
  next.publish(publication);
  EXPECT_EQ(world.broker.ready("q"), 1U);
}

TEST_F(BrokerOperator, WhatWasHeldOrLateIsReadyAfterARestart) {
  peer.declare({.queue = "q", .durable = true});
  world.placements["held"] = {{.held = true, .may_be_overtaken = true}};
  world.placements["late"] = {{.ready = TimePoint(1h)}};
  publish(peer, "q", "held", true);
  publish(peer, "q", "late", true);
  world.broker.restart(true);
  Peer next = world.open("next");
  next.consume("q");
  EXPECT_THAT(world.heard(), ::testing::UnorderedElementsAre("next got held", "next got late"));
  world.broker.release(1, 1, world.now);
}

TEST_F(BrokerOperator, ADeletedQueueTellsItsConsumers) {
  peer.declare({.queue = "q", .exclusive = true});
  peer.consume("q");
  publish(peer, "q", "m1", true);
  world.heard();
  world.broker.delete_queue("q");
  EXPECT_THAT(world.heard(), ElementsAre("peer cancelled c"));
  EXPECT_FALSE(world.broker.has_queue("q"));
  peer.ack("m1");  // its delivery may still be settled
  EXPECT_THAT(world.heard(), IsEmpty());
  world.broker.delete_queue("nothing");
}

/// Loses or delays what comes back to a queue.
class Fickle final : public QueueFaults {
 public:
  std::optional<Placement> take_back(const Returning& copy, const std::string&, const Publication&,
                                     TimePoint now) override {
    returned.push_back(copy.message);
    if (lose) return std::nullopt;
    return Placement{.ready = now + 1s};
  }
  bool is_unroutable(MessageId message) override { return message == unroutable; }
  bool lose = false;
  MessageId unroutable = 0;
  std::vector<MessageId> returned = {};
};

TEST(BrokerFaults, WhatComesBackCanBeLostOrLate) {
  for (const bool lose : {false, true}) {
    BrokerWorld world;
    Fickle fickle;
    fickle.lose = lose;
    Broker broker(world, fickle);
    world.now = TimePoint(1s);
    Peer named = world.open("consumer");
    const ConnectionId id = broker.open("consumer", world.now);
    ASSERT_EQ(id, named.id());
    broker.declare_queue(id, 1, {.queue = "q"}, world.now);
    broker.consume(id, 2, "q", "c", world.now);
    broker.publish(id, 1, 7, {.routing_key = "q", .message = {.body = "m"}}, world.now);
    EXPECT_THAT(world.heard(), ElementsAre("consumer got m"));
    broker.reject(id, 1, true, world.now);
    EXPECT_THAT(fickle.returned, ElementsAre(7U));
    EXPECT_THAT(world.heard(), IsEmpty());
    EXPECT_EQ(broker.ready("q"), lose ? 0U : 1U);
    broker.advance(world.now + 1s);
    if (lose) {
      EXPECT_THAT(world.heard(), IsEmpty());
    } else {
      EXPECT_THAT(world.heard(), ElementsAre("consumer got m attempt 2 redelivered"));
    }
  }
}

TEST(BrokerFaults, WhatFindsNoQueueIsReturnedIfItIsMandatoryAndConfirmedInAnyCase) {
  BrokerWorld world;
  Fickle fickle;
  fickle.unroutable = 7;
  Broker broker(world, fickle);
  Peer named = world.open("peer");
  const ConnectionId id = broker.open("peer", world.now);
  ASSERT_EQ(id, named.id());
  broker.declare_queue(id, 1, {.queue = "q"}, world.now);
  broker.confirm_select(id, 2, world.now);
  broker.publish(id, 1, 7, {.routing_key = "q", .mandatory = true, .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(),
              ElementsAre("peer returned m from '' q: 312 NO_ROUTE", "peer confirmed 1"));
  broker.publish(id, 2, 8, {.routing_key = "q", .message = {.body = "m"}}, world.now);
  EXPECT_EQ(broker.ready("q"), 1U);
}

}  // namespace
}  // namespace castaway::sim
