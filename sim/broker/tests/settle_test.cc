// Acknowledging, rejecting, and what comes back. Source: AMQP 0-9-1, 3.1.8 (acknowledgements),
// 1.8.3.13 basic.ack and 1.8.3.14 basic.reject.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A queue "q" with some messages, all of them delivered to a server.
struct Delivered {
  explicit Delivered(const std::vector<std::string>& bodies, std::uint16_t prefetch = 0) {
    server.declare({.queue = "q"});
    server.prefetch(prefetch);
    server.consume("q");
    publish(bodies);
    world.heard();
    world.notes.clear();
  }

  void publish(const std::vector<std::string>& bodies) {
    for (const std::string& body : bodies) server.publish("q", body);
  }
  [[nodiscard]] std::size_t ready() const { return world.broker.ready("q"); }
  [[nodiscard]] std::size_t unacknowledged() const { return world.broker.unacknowledged("q"); }

  BrokerWorld world = {};
  Peer server = world.open("server");
};

TEST(BrokerSettle, AnAcknowledgedMessageIsForgotten) {
  Delivered given({"m1", "m2"});
  given.server.ack("m1");
  EXPECT_EQ(given.unacknowledged(), 1u);
  given.server.lose();
  EXPECT_EQ(given.ready(), 1u);
  EXPECT_THAT(given.world.notes, ElementsAre("1.1 acknowledged"));
}

TEST(BrokerSettle, MultipleSettlesAllUpToTheTag) {
  Delivered given({"m1", "m2", "m3", "m4"});
  given.server.ack("m2");
  given.server.ack_through("m3");
  EXPECT_THAT(given.world.notes,
              ElementsAre("2.1 acknowledged", "1.1 acknowledged", "3.1 acknowledged"));
  EXPECT_EQ(given.unacknowledged(), 1u);
}

// 1.8.3.13: tag 0 with multiple means all outstanding messages.
TEST(BrokerSettle, MultipleWithTagZeroSettlesEverything) {
  Delivered given({"m1", "m2"});
  given.server.ack(0, true);
  EXPECT_EQ(given.unacknowledged(), 0u);
  given.server.ack(0, true);
  EXPECT_THAT(given.world.heard(), IsEmpty());
}

TEST(BrokerSettle, MultipleSpansQueuesAndServesEachOfThem) {
  BrokerWorld world;
  Peer server = world.open("server");
  server.prefetch(1);
  for (const std::string queue : {"a", "b"}) {
    server.declare({.queue = queue});
    server.consume(queue, queue);
    server.publish(queue, queue + "1");
    server.publish(queue, queue + "2");
  }
  EXPECT_THAT(world.heard(), ElementsAre("server got a1 as a", "server got b1 as b"));
  server.ack_through("b1");
  EXPECT_THAT(world.heard(), ElementsAre("server got a2 as a", "server got b2 as b"));
}

// 1.8.3.13: a tag must be one that was delivered and is not settled yet.
TEST(BrokerSettle, AnUnknownTagClosesTheChannel) {
  Delivered given({"m1"});
  given.server.ack(7);
  EXPECT_THAT(given.world.heard(),
              ElementsAre("server closed: 406 PRECONDITION_FAILED - unknown delivery tag 7"));
  EXPECT_EQ(given.ready(), 1u);
}

TEST(BrokerSettle, AMultipleUpToAnUnknownTagClosesTheChannelToo) {
  Delivered given({"m1"});
  given.server.ack(7, true);
  EXPECT_THAT(given.world.heard(),
              ElementsAre("server closed: 406 PRECONDITION_FAILED - unknown delivery tag 7"));
}

TEST(BrokerSettle, SettlingTwiceClosesTheChannel) {
  Delivered given({"m1"});
  given.server.ack("m1");
  given.server.reject("m1", true);
  EXPECT_THAT(given.world.heard(),
              ElementsAre("server closed: 406 PRECONDITION_FAILED - unknown delivery tag 1"));
}

TEST(BrokerSettle, ATagOfAnotherConnectionMeansNothing) {
  Delivered given({"m1"});
  Peer other = given.world.open("other");
  other.ack(given.server.tag("m1"));
  EXPECT_THAT(given.world.heard(),
              ElementsAre("other closed: 406 PRECONDITION_FAILED - unknown delivery tag 1"));
  EXPECT_EQ(given.unacknowledged(), 1u);
}

// 1.8.3.14: without requeue the message is discarded.
TEST(BrokerSettle, RejectingWithoutRequeueDropsTheMessage) {
  Delivered given({"m1", "m2"}, 1);
  given.server.reject("m1", false);
  EXPECT_THAT(given.world.heard(), ElementsAre("server got m2"));
  EXPECT_THAT(given.world.notes, ElementsAre("1.1 dropped"));
}

TEST(BrokerSettle, ARejectedMessageReturnsFlaggedToItsPlace) {
  Delivered given({"m1", "m2", "m3"}, 1);
  given.server.reject("m1", true);
  EXPECT_THAT(given.world.heard(), ElementsAre("server got m1 attempt 2 redelivered"));
  given.server.ack("m1");
  EXPECT_THAT(given.world.heard(), ElementsAre("server got m2"));
  EXPECT_THAT(given.world.notes, ElementsAre("1.1 requeued", "1.1 acknowledged"));
}

TEST(BrokerSettle, MessagesReturnInTheirOriginalOrderHoweverTheyAreRejected) {
  Delivered given({"m1", "m2", "m3", "m4", "m5"}, 4);
  given.server.cancel();
  for (const std::string body : {"m4", "m1", "m3", "m2"}) given.server.reject(body, true);
  given.world.heard();
  Peer next = given.world.open("next");
  next.consume("q");
  EXPECT_THAT(given.world.heard(),
              ElementsAre("next got m1 attempt 2 redelivered", "next got m2 attempt 2 redelivered",
                          "next got m3 attempt 2 redelivered", "next got m4 attempt 2 redelivered",
                          "next got m5"));
}

// 3.1.8: what a channel leaves unacknowledged is delivered again.
TEST(BrokerSettle, ALostConnectionsMessagesGoToTheNextConsumerInOrder) {
  Delivered given({"m1", "m2", "m3"}, 2);
  Peer heir = given.world.open("heir");
  given.server.lose();
  heir.consume("q");
  EXPECT_THAT(given.world.heard(), ElementsAre("heir got m1 attempt 2 redelivered",
                                               "heir got m2 attempt 2 redelivered", "heir got m3"));
  heir.close();
  EXPECT_THAT(given.world.heard(), ElementsAre("heir closed in peace: 200 OK"));
  EXPECT_EQ(given.ready(), 3u);
  EXPECT_EQ(given.unacknowledged(), 0u);
}

TEST(BrokerSettle, ALostConnectionsMessagesGoAtOnceToWhoeverHasCredit) {
  Delivered given({"m1", "m2"});
  Peer heir = given.world.open("heir");
  heir.consume("q");
  given.server.lose();
  EXPECT_THAT(given.world.heard(), ElementsAre("heir got m1 attempt 2 redelivered",
                                               "heir got m2 attempt 2 redelivered"));
}

TEST(BrokerSettle, AnErrorOfTheChannelGivesItsMessagesBack) {
  Delivered given({"m1"});
  Peer heir = given.world.open("heir");
  heir.consume("q");
  given.server.ack(99);
  EXPECT_THAT(given.world.heard(),
              ElementsAre("server closed: 406 PRECONDITION_FAILED - unknown delivery tag 99",
                          "heir got m1 attempt 2 redelivered"));
}

TEST(BrokerSettle, AnAttemptIsCountedForEachDelivery) {
  Delivered given({"m1"});
  given.server.reject("m1", true);
  given.server.reject("m1", true);
  EXPECT_THAT(given.world.heard(), ElementsAre("server got m1 attempt 2 redelivered",
                                               "server got m1 attempt 3 redelivered"));
  EXPECT_EQ(given.server.tag("m1"), 3u);
}

TEST(BrokerSettle, WhatWasDeliveredFromADeletedQueueCanBeSettledButNeverReturns) {
  Delivered given({"m1", "m2"});
  given.server.remove("q");
  given.server.declare({.queue = "q"});
  given.world.heard();
  given.server.ack("m1");
  given.server.reject("m2", true);
  EXPECT_THAT(given.world.heard(), IsEmpty());
  EXPECT_EQ(given.ready(), 0u);
  EXPECT_EQ(given.unacknowledged(), 0u);
}

}  // namespace
}  // namespace castaway::sim
