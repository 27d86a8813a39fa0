// Queues that are full, and what is too old or came back too often, where sim/broker/scripts
// does not reach: with faults, and what the outside is told. Source: RabbitMQ, queue
// length limit; time-to-live; dead letter exchanges; quorum queues: poison message handling.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokerLimits : public ::testing::Test {
 protected:
  void queue(const Table& arguments) { client.declare({.queue = "q", .arguments = arguments}); }
  /// With a queue "dead" where what dies in it goes.
  void mortal_queue(Table arguments) {
    client.declare(QueueDeclaration{.queue = "dead"});
    arguments["x-dead-letter-exchange"] = "";
    arguments["x-dead-letter-routing-key"] = "dead";
    queue(arguments);
  }

  BrokerWorld world = {};
  Peer client = world.open("client");
  Peer server = world.open("server");
};

TEST_F(BrokerLimits, AQueueThatRefusedAMessageDidNotTakeIt) {
  queue({{"x-max-length", 1}, {"x-overflow", "reject-publish"}});
  client.publish("q", "m1");
  client.publish("q", "m2");
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 1", "2 accepted by 0"));
}

TEST_F(BrokerLimits, CopiesThatAFaultMadeCount) {
  queue({{"x-max-length", 2}});
  world.placements["m1"] = {{.copy = 1}, {.copy = 2}};
  client.publish("q", "m1");
  client.publish("q", "m2");
  server.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("server got m1 copy 2", "server got m2"));
}

TEST_F(BrokerLimits, ACopyGoesOnWhenTheOriginalWasDropped) {
  for (const Placement::To to : {Placement::To::same, Placement::To::other}) {
    BrokerWorld other;
    Peer peer = other.open("peer");
    peer.declare({.queue = "q", .arguments = {{"x-max-length", 1}}});
    other.placements["m1"] = {{.copy = 1}, {.copy = 2, .to = to}};
    peer.publish("q", "m1");
    peer.consume("q");
    EXPECT_THAT(other.heard(), ElementsAre("peer got m1 copy 2"));
  }
}

TEST_F(BrokerLimits, WhatIsHeldAndDroppedCannotBeReleased) {
  queue({{"x-max-length", 1}});
  world.placements["m1"] = {{.held = true}};
  client.publish("q", "m1");
  client.publish("q", "m2");
  world.broker.release(1, 1, world.now);
  server.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("server got m2"));
}

TEST_F(BrokerLimits, AnExpiredHeadMakesRoom) {
  queue({{"x-max-length", 1}, {"x-overflow", "reject-publish"}});
  client.confirm_select();
  client.publish("q", "m1", "1000");
  client.publish("q", "m2");
  world.pass(1s);
  client.publish("q", "m3");
  EXPECT_THAT(world.heard(),
              ElementsAre("client confirmed 1", "client refused 2", "client confirmed 3"));
}

TEST_F(BrokerLimits, DeliveredMessagesTakeNoRoom) {
  queue({{"x-max-length-bytes", 2}, {"x-overflow", "reject-publish"}});
  client.confirm_select();
  server.prefetch(1);
  server.consume("q");
  client.publish("q", "m1");
  client.publish("q", "m2");
  server.reject("m1", true);
  server.ack("m1");
  client.publish("q", "m3");
  client.publish("q", "m4");
  EXPECT_THAT(world.heard(),
              ElementsAre("client confirmed 1", "server got m1", "client confirmed 2",
                          "server got m1 attempt 2 redelivered", "server got m2",
                          "client confirmed 3", "client refused 4"));
}

TEST_F(BrokerLimits, ADeathByAgeHappensInTime) {
  mortal_queue({{"x-message-ttl", 1000}});
  server.consume("dead");
  client.publish("q", "m1");
  world.pass(999ms);
  EXPECT_THAT(world.heard(), IsEmpty());
  world.pass(1ms);
  EXPECT_THAT(world.heard(), ElementsAre("server got m1"));
  EXPECT_EQ(world.wake, never);
}

TEST_F(BrokerLimits, ADeadLetterIsTheSameMessageWithANoteOnItsDeath) {
  mortal_queue({});
  server.consume("q");
  client.consume("dead");
  client.publish({.routing_key = "q",
                  .message = {.properties = {.content_type = "text/plain",
                                             .headers = {{"mine", true}},
                                             .expiration = "1000"},
                              .body = "m1"}});
  server.reject("m1", false);
  const BrokerDelivery& got = world.last_delivery;
  EXPECT_EQ(got.message->id, 1u);
  EXPECT_EQ(got.attempt, 1u);
  EXPECT_EQ(got.queue, "dead");
  EXPECT_EQ(world.delivered_properties(),
            (Properties{.content_type = "text/plain",
                        .headers = {{"mine", true},
                                    {"x-first-death-exchange", ""},
                                    {"x-first-death-queue", "q"},
                                    {"x-first-death-reason", "rejected"}}}));
}

TEST_F(BrokerLimits, WhoDiedFirstIsToldAfterASecondDeathToo) {
  mortal_queue({});
  client.declare({.queue = "r",
                  .arguments = {{"x-dead-letter-exchange", ""},
                                {"x-dead-letter-routing-key", "q"},
                                {"x-max-length", 0}}});
  client.consume("dead");
  server.consume("q");
  client.publish("r", "m1");
  server.reject("m1", false);
  EXPECT_EQ(world.last_delivery.queue, "dead");
  const Table headers = world.delivered_properties().headers;
  EXPECT_EQ(headers.at("x-first-death-queue"), TableValue("r"));
  EXPECT_EQ(headers.at("x-first-death-reason"), TableValue("maxlen"));
}

// A long chain takes no more of the stack than a short one.
TEST_F(BrokerLimits, AChainOfDeathsEndsWhereItLeads) {
  constexpr int length = 2000;
  for (int i = 0; i < length; ++i) {
    client.declare({.queue = "q" + std::to_string(i),
                    .arguments = {{"x-dead-letter-exchange", ""},
                                  {"x-dead-letter-routing-key", "q" + std::to_string(i + 1)},
                                  {"x-max-length", 0}}});
  }
  client.declare(QueueDeclaration{.queue = "q" + std::to_string(length)});
  client.publish("q0", "m1");
  EXPECT_EQ(world.broker.ready("q" + std::to_string(length)), 1u);
}

TEST_F(BrokerLimits, TheLimitOfAQuorumQueueCountsEveryReturn) {
  client.declare({.queue = "q",
                  .durable = true,
                  .arguments = {{"x-queue-type", "quorum"}, {"x-delivery-limit", 2}}});
  client.publish("q", "m1");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.broker.ready("q"), 1u);
    Peer peer = world.open("peer");
    peer.consume("q");
    peer.lose();
  }
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerLimits, TheCountIsInAHeaderOfTheDelivery) {
  client.declare({.queue = "q", .durable = true, .arguments = {{"x-queue-type", "quorum"}}});
  server.consume("q");
  client.publish("q", "m1");
  EXPECT_EQ(world.delivered_properties().headers, Table());
  for (std::int64_t count = 1; count <= 5; ++count) {
    server.reject("m1", true);
    EXPECT_EQ(world.delivered_properties().headers, (Table{{"x-delivery-count", count}}));
  }
}

}  // namespace
}  // namespace castaway::sim
