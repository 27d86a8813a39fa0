// What an operator does to the broker, or an accident. Source: RabbitMQ, memory alarms; blocked
// connection notifications; AMQP 0-9-1, 3.1.2 and 3.1.4 (durability).

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char stopped[] =
    " closed: 320 CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";

class BrokerOperator : public ::testing::Test {
 protected:
  BrokerOperator() { client.declare({.queue = "q", .durable = true}); }

  void publish_persistent(const std::string& body) {
    client.publish({.routing_key = "q",
                    .message = {.properties = {.delivery_mode = std::uint8_t{2}}, .body = body}});
  }
  void block() { world.broker.block("low on memory", world.now); }
  void unblock() { world.broker.unblock(world.now); }
  void restart(bool keep_durable = true) { world.broker.restart(keep_durable, world.now); }

  BrokerWorld world = {};
  Peer client = world.open("client");
  Peer server = world.open("server");
};

// Nothing is said when the shortage begins: whoever does not publish never hears of it.
TEST_F(BrokerOperator, APublisherIsBlockedWhenItPublishesNext) {
  block();
  EXPECT_THAT(world.heard(), IsEmpty());
  client.publish("q", "m1");
  EXPECT_THAT(world.heard(), ElementsAre("client blocked: low on memory"));
  EXPECT_EQ(world.broker.ready("q"), 0u);
  EXPECT_THAT(world.notes, IsEmpty());
}

TEST_F(BrokerOperator, WhatABlockedConnectionSaysIsReadInOrderAfterwards) {
  client.confirm_select();
  block();
  client.publish("q", "m1");
  client.publish("q", "m2");
  client.consume("q");
  client.close();
  EXPECT_THAT(world.heard(), ElementsAre("client blocked: low on memory"));
  unblock();
  EXPECT_THAT(world.heard(),
              ElementsAre("client unblocked", "client confirmed 1", "client confirmed 2",
                          "client got m1", "client got m2", "client closed in peace: 200 OK"));
  EXPECT_EQ(world.broker.ready("q"), 2u);
}

TEST_F(BrokerOperator, TimeIsCountedFromWhenAMessageIsRead) {
  block();
  client.publish("q", "m1", "1000");
  world.pass(5s);
  unblock();
  world.pass(999ms);
  server.consume("q");
  EXPECT_THAT(world.heard(),
              ElementsAre("client blocked: low on memory", "client unblocked", "server got m1"));
}

TEST_F(BrokerOperator, AnErrorInWhatIsReadEndsTheConnection) {
  block();
  client.publish("q", "m1", "soon");
  client.publish("q", "m2");
  unblock();
  EXPECT_THAT(world.heard(),
              ElementsAre("client blocked: low on memory", "client unblocked",
                          "client closed: 406 PRECONDITION_FAILED - invalid expiration 'soon': "
                          "no_integer"));
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerOperator, OthersGoOnWhileAPublisherIsBlocked) {
  client.publish("q", "m1");
  server.consume("q");
  block();
  client.publish("q", "m2");
  server.ack("m1");
  server.declare(QueueDeclaration{.queue = "other"});
  EXPECT_TRUE(world.broker.has_queue("other"));
  EXPECT_EQ(world.broker.unacknowledged("q"), 0u);
}

TEST_F(BrokerOperator, ABlockedConnectionStillGetsDeliveries) {
  client.consume("q");
  block();
  client.publish("nowhere", "m0");
  restart();
  Peer again = world.open("again");
  again.consume("q");
  unblock();
  again.publish("q", "m1");
  EXPECT_THAT(world.heard(),
              ElementsAre("client blocked: low on memory", std::string("client") + stopped,
                          std::string("server") + stopped, "again got m1"));
}

TEST_F(BrokerOperator, WhatWasNotReadIsLostWithItsLink) {
  block();
  client.publish("q", "m1");
  client.lose();
  unblock();
  EXPECT_THAT(world.heard(), ElementsAre("client blocked: low on memory"));
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerOperator, AfterTheShortageNobodyIsBlocked) {
  block();
  unblock();
  unblock();
  client.publish("q", "m1");
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.ready("q"), 1u);
}

TEST_F(BrokerOperator, ARestartClosesEveryConnectionAndHandsNothingOutMeanwhile) {
  server.consume("q");
  client.consume("q");
  publish_persistent("m1");
  world.heard();
  restart();
  EXPECT_THAT(world.heard(),
              ElementsAre(std::string("client") + stopped, std::string("server") + stopped));
  EXPECT_EQ(world.broker.ready("q"), 1u);
  EXPECT_EQ(world.broker.unacknowledged("q"), 0u);
  client.publish("q", "m2");
  server.consume("q");
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerOperator, ARestartKeepsPersistentMessagesOfDurableQueuesInOrder) {
  publish_persistent("m1");
  client.publish("q", "transient");
  publish_persistent("m2");
  server.prefetch(1);
  server.consume("q");
  restart();
  world.heard();
  Peer next = world.open("next");
  next.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("next got m1 attempt 2 redelivered", "next got m2"));
}

TEST_F(BrokerOperator, ARestartDeliversAgainWhatItForgotWasSettled) {
  world.broker.remember_settled(1s);
  for (const std::string body : {"m1", "m2", "m3"}) publish_persistent(body);
  client.publish("q", "transient");
  server.consume("q");
  server.ack("m1");
  world.pass(600ms);
  server.ack("m2");
  server.ack("transient");
  world.pass(400ms);
  const auto again = world.broker.restart(true, world.now, 500ms);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again.front().message->id, 2u);
  EXPECT_EQ(again.front().attempts, 1u);
  world.heard();
  Peer next = world.open("next");
  next.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("next got m2 attempt 2 redelivered",
                                         "next got m3 attempt 2 redelivered"));
}

TEST_F(BrokerOperator, ARestartForgetsARejectionAsItForgetsAnAck) {
  world.broker.remember_settled(1s);
  publish_persistent("m1");
  server.consume("q");
  server.reject("m1", false);
  EXPECT_EQ(world.broker.restart(true, world.now, 1s).size(), 1u);
}

TEST_F(BrokerOperator, ARestartForgetsNoMoreThanWasRemembered) {
  publish_persistent("m1");
  server.consume("q");
  server.ack("m1");
  EXPECT_THAT(world.broker.restart(true, world.now, 1s), IsEmpty());
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerOperator, WhatARestartDidNotForgetIsSettledForGood) {
  world.broker.remember_settled(10s);
  publish_persistent("m1");
  server.consume("q");
  server.ack("m1");
  EXPECT_THAT(world.broker.restart(true, world.now), IsEmpty());
  EXPECT_THAT(world.broker.restart(true, world.now, 10s), IsEmpty());
}

TEST_F(BrokerOperator, ADeletedQueueTakesWhatItRememberedWithIt) {
  world.broker.remember_settled(10s);
  publish_persistent("m1");
  server.consume("q");
  server.ack("m1");
  world.broker.delete_queue("q", world.now);
  EXPECT_THAT(world.broker.restart(true, world.now, 10s), IsEmpty());
}

TEST_F(BrokerOperator, ARestartForgetsWhatIsNotDurable) {
  client.declare(QueueDeclaration{.queue = "transient"});
  client.declare({.queue = "own", .durable = true, .exclusive = true});
  client.declare({.exchange = "transient"});
  client.declare({.exchange = "durable", .durable = true});
  client.bind("q", "durable", "k");
  client.bind("transient", "durable", "k");
  client.bind("q", "amq.topic", "k");
  restart();
  EXPECT_THAT(world.broker.queues(), ElementsAre("q"));
  EXPECT_FALSE(world.broker.has_exchange("transient"));
  world.heard();
  Peer next = world.open("next");
  next.publish({.exchange = "durable", .routing_key = "k"});
  next.publish({.exchange = "amq.topic", .routing_key = "k"});
  EXPECT_EQ(world.broker.ready("q"), 2u);
}

TEST_F(BrokerOperator, ARestartWithoutItsDiskLeavesNothing) {
  client.declare({.exchange = "durable", .durable = true});
  client.bind("q", "amq.topic", "k");
  publish_persistent("m1");
  restart(false);
  EXPECT_THAT(world.broker.queues(), IsEmpty());
  EXPECT_FALSE(world.broker.has_exchange("durable"));
  EXPECT_TRUE(world.broker.has_exchange("amq.topic"));
}

TEST_F(BrokerOperator, AnIdleQueueHasItsWholeTimeAfterARestart) {
  client.declare({.queue = "idle", .durable = true, .arguments = {{"x-expires", 1000}}});
  client.consume("idle");
  world.pass(1h);
  restart();
  world.pass(999ms);
  EXPECT_TRUE(world.broker.has_queue("idle"));
  world.pass(1ms);
  EXPECT_FALSE(world.broker.has_queue("idle"));
}

// What a fault holds back is part of what the queue has.
TEST_F(BrokerOperator, ARestartKeepsPersistentCopiesThatAreHeldAndForgetsTheOthers) {
  world.placements["m1"] = {{.held = true, .may_be_overtaken = true}};
  world.placements["m2"] = {{.held = true, .may_be_overtaken = true}};
  world.placements["m3"] = {{.after_messages = 1}};
  world.placements["m4"] = {{.held = true}};
  publish_persistent("m1");
  for (const std::string body : {"m2", "m3", "m4"}) client.publish("q", body);
  restart();
  EXPECT_EQ(world.broker.ready("q"), 1u);
  for (MessageId message = 1; message <= 4; ++message) {
    world.broker.release(message, 1, world.now);
  }
  world.heard();
  Peer next = world.open("next");
  next.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("next got m1"));
}

TEST_F(BrokerOperator, AnOperatorsDeletionIsToldToTheConsumers) {
  server.consume("q");
  world.broker.delete_queue("q", world.now);
  world.broker.delete_queue("q", world.now);
  EXPECT_THAT(world.heard(), ElementsAre("server cancelled c"));
  EXPECT_FALSE(world.broker.has_queue("q"));
}

}  // namespace
}  // namespace castaway::sim
