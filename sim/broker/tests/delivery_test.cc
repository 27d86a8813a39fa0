// Who gets which message, and when. Source: AMQP 0-9-1, 3.1.4 (queues), 3.1.6 (consumers), 3.1.7
// (quality of service) and 4.7 (order).

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A queue "q", and someone who publishes to it.
struct OneQueue {
  OneQueue() { publisher.declare({.queue = "q"}); }

  void publish(const std::vector<std::string>& bodies) {
    for (const std::string& body : bodies) publisher.publish("q", body);
  }

  BrokerWorld world = {};
  Peer publisher = world.open("publisher");
};

// 4.7: one channel, one exchange, one queue and one consumer keep the order.
TEST(BrokerDelivery, AQueueIsFirstInFirstOut) {
  OneQueue one;
  one.publish({"m1", "m2"});
  Peer server = one.world.open("server");
  server.consume("q");
  one.publish({"m3"});
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m1", "server got m2", "server got m3"));
}

TEST(BrokerDelivery, ConsumersTakeStrictTurns) {
  OneQueue one;
  Peer a = one.world.open("a");
  Peer b = one.world.open("b");
  a.consume("q");
  b.consume("q");
  one.publish({"m1", "m2", "m3", "m4"});
  EXPECT_THAT(one.world.heard(), ElementsAre("a got m1", "b got m2", "a got m3", "b got m4"));
}

TEST(BrokerDelivery, ConsumersOfOneConnectionTakeTurnsToo) {
  OneQueue one;
  Peer a = one.world.open("a");
  a.consume("q", "1");
  a.consume("q", "2");
  one.publish({"m1", "m2", "m3"});
  EXPECT_THAT(one.world.heard(), ElementsAre("a got m1 as 1", "a got m2 as 2", "a got m3 as 1"));
}

// 3.1.7: no more unacknowledged messages than the prefetch count.
TEST(BrokerDelivery, PrefetchLimitsWhatAConsumerHoldsUnacknowledged) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.prefetch(2);
  server.consume("q");
  one.publish({"m1", "m2", "m3", "m4"});
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m1", "server got m2"));
  server.ack("m2");
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m3"));
  EXPECT_EQ(one.world.broker.ready("q"), 1u);
  EXPECT_EQ(one.world.broker.unacknowledged("q"), 2u);
}

TEST(BrokerDelivery, APrefetchOfZeroIsNoLimit) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.prefetch(1);
  server.prefetch(0);
  server.consume("q");
  one.publish({"m1", "m2", "m3"});
  EXPECT_EQ(one.world.broker.unacknowledged("q"), 3u);
}

// 1.8.3.1, as RabbitMQ reads it: the count is each new consumer's own.
TEST(BrokerDelivery, PrefetchIsForConsumersThatAreMadeAfterwards) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.consume("q", "unlimited");
  server.prefetch(1);
  server.consume("q", "one");
  one.publish({"m1", "m2", "m3", "m4"});
  EXPECT_THAT(one.world.heard(),
              ElementsAre("server got m1 as unlimited", "server got m2 as one",
                          "server got m3 as unlimited", "server got m4 as unlimited"));
}

TEST(BrokerDelivery, TheTurnPassesOverAConsumerWithoutCredit) {
  OneQueue one;
  Peer slow = one.world.open("slow");
  Peer quick = one.world.open("quick");
  slow.prefetch(1);
  slow.consume("q");
  quick.consume("q");
  one.publish({"m1", "m2", "m3"});
  EXPECT_THAT(one.world.heard(), ElementsAre("slow got m1", "quick got m2", "quick got m3"));
  slow.ack("m1");
  one.publish({"m4", "m5", "m6"});
  EXPECT_THAT(one.world.heard(), ElementsAre("quick got m4", "slow got m5", "quick got m6"));
}

// Measured with RabbitMQ: sim/broker/scripts/credit_that_returns_and_the_turn.txt.
TEST(BrokerDelivery, WhoeverRegainsCreditBeforeItsTurnKeepsIt) {
  OneQueue one;
  Peer a = one.world.open("a");
  Peer b = one.world.open("b");
  for (Peer* peer : {&a, &b}) {
    peer->prefetch(1);
    peer->consume("q");
  }
  one.publish({"m1", "m2"});
  b.ack("m2");
  a.ack("m1");
  one.world.heard();
  one.publish({"m3", "m4"});
  EXPECT_THAT(one.world.heard(), ElementsAre("a got m3", "b got m4"));
}

TEST(BrokerDelivery, WhoeverMissedItsTurnIsServedInTheOrderInWhichCreditReturns) {
  OneQueue one;
  Peer a = one.world.open("a");
  Peer b = one.world.open("b");
  for (Peer* peer : {&a, &b}) {
    peer->prefetch(1);
    peer->consume("q");
  }
  one.publish({"m1", "m2", "m3", "m4"});
  b.ack("m2");
  a.ack("m1");
  EXPECT_THAT(one.world.heard(), ElementsAre("a got m1", "b got m2", "b got m3", "a got m4"));
}

// 1.8.3.9: the tag is the channel's, whatever the queue and the consumer.
TEST(BrokerDelivery, DeliveryTagsCountFromOneOnEachConnection) {
  OneQueue one;
  Peer a = one.world.open("a");
  Peer b = one.world.open("b");
  a.declare({.queue = "other"});
  a.consume("q", "1");
  a.consume("other", "2");
  b.consume("q");
  one.publisher.publish("other", "m1");
  one.publish({"m2", "m3", "m4"});
  EXPECT_EQ(a.tag("m1"), 1u);
  EXPECT_EQ(a.tag("m2"), 2u);
  EXPECT_EQ(b.tag("m3"), 1u);
  EXPECT_EQ(a.tag("m4"), 3u);
}

TEST(BrokerDelivery, TheAnswerToConsumeComesBeforeTheFirstDelivery) {
  OneQueue one;
  one.publish({"m1"});
  Peer server = one.world.open("server");
  one.world.with_ok = true;
  server.consume("q");
  EXPECT_THAT(one.world.heard(), ElementsAre("server ok", "server got m1"));
}

// 1.8.3.3: the server makes up a tag for a consumer that has none.
TEST(BrokerDelivery, AConsumerWithoutATagIsGivenOne) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.consume("q", "");
  server.consume("q", "");
  one.publish({"m1", "m2"});
  EXPECT_THAT(one.world.heard(),
              ElementsAre("server got m1 as amq.ctag-1", "server got m2 as amq.ctag-2"));
}

// 1.8.3.5: a cancelled consumer gets nothing more, but what it has got can still be settled.
TEST(BrokerDelivery, ACancelledConsumerLeavesItsDeliveriesWithTheChannel) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.consume("q");
  one.publish({"m1"});
  server.cancel();
  one.publish({"m2"});
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m1"));
  EXPECT_EQ(one.world.broker.unacknowledged("q"), 1u);
  server.ack("m1");
  EXPECT_EQ(one.world.broker.unacknowledged("q"), 0u);
  EXPECT_EQ(one.world.broker.ready("q"), 1u);
}

TEST(BrokerDelivery, ACancelledConsumersTagCanBeUsedAgainWithCreditOfItsOwn) {
  OneQueue one;
  Peer server = one.world.open("server");
  server.prefetch(1);
  server.consume("q");
  one.publish({"m1", "m2", "m3"});
  server.cancel();
  server.consume("q");
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m1", "server got m2"));
  server.ack("m1");
  EXPECT_THAT(one.world.heard(), IsEmpty());
  server.ack("m2");
  EXPECT_THAT(one.world.heard(), ElementsAre("server got m3"));
}

// As in RabbitMQ: what is not there is as good as cancelled.
TEST(BrokerDelivery, CancellingAnUnknownConsumerIsAnswered) {
  BrokerWorld world;
  Peer server = world.open("server");
  world.with_ok = true;
  server.cancel("nobody");
  EXPECT_THAT(world.heard(), ElementsAre("server ok"));
}

TEST(BrokerDelivery, WhatArrivesOnAClosedConnectionIsIgnored) {
  OneQueue one;
  Peer gone = one.world.open("gone");
  gone.lose();
  one.world.with_ok = true;
  gone.publish("q", "m1");
  gone.declare(QueueDeclaration{.queue = "other"});
  gone.declare(ExchangeDeclaration{.exchange = "x"});
  gone.bind("q", "amq.topic", "#");
  gone.prefetch(1);
  gone.confirm_select();
  gone.consume("q");
  gone.cancel();
  gone.ack(1);
  gone.remove("q");
  gone.close();
  gone.lose();
  EXPECT_THAT(one.world.heard(), IsEmpty());
  EXPECT_EQ(one.world.broker.ready("q"), 0u);
  EXPECT_THAT(one.world.broker.queues(), ElementsAre("q"));
  EXPECT_FALSE(one.world.broker.has_exchange("x"));
}

// 2.3.7: a connection that is closed in good order is answered.
TEST(BrokerDelivery, ClosingIsAnswered) {
  BrokerWorld world;
  Peer client = world.open("client");
  client.close();
  EXPECT_THAT(world.heard(), ElementsAre("client closed in peace: 200 OK"));
}

}  // namespace
}  // namespace castaway::sim
