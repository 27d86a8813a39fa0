// Messages and queues that do not last. Source: RabbitMQ, per-message time to live and queue expiry
// (argument x-expires); AMQP 0-9-1, 1.8.1, property expiration.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokerExpiry : public ::testing::Test {
 protected:
  BrokerExpiry() { client.declare({.queue = "q"}); }

  void consume(std::uint16_t prefetch = 0) {
    server.prefetch(prefetch);
    server.consume("q");
  }

  BrokerWorld world = {};
  Peer client = world.open("client");
  Peer server = world.open("server");
};

TEST_F(BrokerExpiry, AMessageIsDeliveredWhileItsTimeLasts) {
  client.publish("q", "m1", "1000");
  world.pass(999ms);
  consume();
  EXPECT_THAT(world.heard(), ElementsAre("server got m1"));
}

TEST_F(BrokerExpiry, AMessageWhoseTimeHasEndedIsNotDelivered) {
  client.publish("q", "m1", "1000");
  client.publish("q", "m2");
  world.pass(1s);
  consume();
  EXPECT_THAT(world.heard(), ElementsAre("server got m2"));
}

TEST_F(BrokerExpiry, TimeIsCountedFromWhenTheMessageCame) {
  world.pass(10s);
  client.publish("q", "m1", "1000");
  world.pass(999ms);
  consume();
  EXPECT_THAT(world.heard(), ElementsAre("server got m1"));
}

TEST_F(BrokerExpiry, OnlyTheHeadIsLookedAt) {
  client.publish("q", "m1");
  client.publish("q", "m2", "1000");
  world.pass(2s);
  client.publish("q", "m3");
  EXPECT_EQ(world.broker.ready("q"), 3u);
  consume();
  EXPECT_THAT(world.heard(), ElementsAre("server got m1", "server got m3"));
}

TEST_F(BrokerExpiry, AMessageThatWasDeliveredNeverExpires) {
  consume();
  client.publish("q", "m1", "1000");
  world.pass(1h);
  EXPECT_EQ(world.broker.unacknowledged("q"), 1u);
  server.ack("m1");
  EXPECT_THAT(world.heard(), ElementsAre("server got m1"));
}

TEST_F(BrokerExpiry, AMessageThatIsSentBackKeepsItsDeadline) {
  consume();
  client.publish("q", "m1", "1000");
  world.pass(999ms);
  server.reject("m1", true);
  EXPECT_THAT(world.heard(), ElementsAre("server got m1", "server got m1 attempt 2 redelivered"));
  world.pass(1ms);
  server.reject("m1", true);
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerExpiry, ATimeOfZeroIsForAConsumerWhoIsReadyAtOnce) {
  consume(1);
  client.publish("q", "m1", "0");
  client.publish("q", "m2", "0");
  EXPECT_THAT(world.heard(), ElementsAre("server got m1"));
  EXPECT_EQ(world.broker.ready("q"), 0u);
  server.ack("m1");
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerExpiry, ATimeOfZeroIsOverEvenBeforeTheClockMoves) {
  client.publish("q", "m1", "0");
  EXPECT_EQ(world.broker.ready("q"), 0u);
  consume();
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerExpiry, WaitingForACallersDeadlineDoesNotWakeTheBroker) {
  client.publish("q", "m1", "1000");
  EXPECT_EQ(world.wake, never);
}

TEST_F(BrokerExpiry, AnExpirationThatIsNoLengthOfTimeIsAnError) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"soon", "no_integer"},
      {"10s", R"({leftover_string,"s"})"},
      {"-1", "{value_negative,-1}"},
      {"315360000001", "{value_too_large,315360000001}"},
      {"99999999999999999999", "{value_too_large,99999999999999999999}"},
      {"-99999999999999999999", "{value_negative,-99999999999999999999}"}};
  for (const auto& [expiration, wrong] : cases) {
    Peer peer = world.open("peer");
    peer.publish("q", "m1", expiration);
    std::string closed = "peer closed: 406 PRECONDITION_FAILED - invalid expiration '";
    closed.append(expiration).append("': ").append(wrong);
    EXPECT_THAT(world.heard(), ElementsAre(closed));
  }
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerExpiry, TheLongestExpirationIsAccepted) {
  client.publish("q", "m1", "315360000000");
  client.publish("q", "m2", "+315360000000");
  world.pass(24h * 3649);
  consume();
  EXPECT_THAT(world.heard(), ElementsAre("server got m1", "server got m2"));
}

const QueueDeclaration idle = {.queue = "idle", .arguments = {{"x-expires", 1000}}};

TEST_F(BrokerExpiry, AnUnusedQueueLapses) {
  client.declare(idle);
  client.publish("idle", "m1");
  world.pass(999ms);
  EXPECT_TRUE(world.broker.has_queue("idle"));
  world.pass(1ms);
  EXPECT_FALSE(world.broker.has_queue("idle"));
  EXPECT_EQ(world.wake, never);
}

TEST_F(BrokerExpiry, AQueueWithAConsumerDoesNotLapse) {
  client.declare(idle);
  server.consume("idle");
  EXPECT_EQ(world.wake, never);
  world.pass(1h);
  EXPECT_TRUE(world.broker.has_queue("idle"));
}

TEST_F(BrokerExpiry, TheTimeOfAQueueBeginsWhenItsLastConsumerLeaves) {
  client.declare(idle);
  server.consume("idle");
  client.consume("idle");
  world.pass(1h);
  server.cancel();
  client.lose();
  world.pass(999ms);
  EXPECT_TRUE(world.broker.has_queue("idle"));
  world.pass(1ms);
  EXPECT_FALSE(world.broker.has_queue("idle"));
}

TEST_F(BrokerExpiry, DeclaringAQueueAgainIsToUseIt) {
  client.declare(idle);
  world.pass(600ms);
  client.declare(idle);
  world.pass(600ms);
  client.declare({.queue = "idle", .passive = true});
  world.pass(999ms);
  EXPECT_TRUE(world.broker.has_queue("idle"));
  world.pass(1ms);
  EXPECT_FALSE(world.broker.has_queue("idle"));
}

TEST_F(BrokerExpiry, WhatAFormerConsumerGivesBackIsNoUse) {
  client.declare(idle);
  client.publish("idle", "m1");
  server.consume("idle");
  server.cancel();
  world.pass(600ms);
  server.lose();
  EXPECT_EQ(world.broker.ready("idle"), 1u);
  world.pass(400ms);
  EXPECT_FALSE(world.broker.has_queue("idle"));
}

TEST_F(BrokerExpiry, AQueueThatLapsesTakesItsBindingsWithIt) {
  client.declare({.exchange = "x", .type = "fanout", .auto_delete = true});
  client.declare(idle);
  client.bind("idle", "x", "");
  world.pass(1s);
  EXPECT_FALSE(world.broker.has_exchange("x"));
}

TEST_F(BrokerExpiry, QueuesLapseEachInItsTime) {
  for (const std::int64_t ms : {300, 100, 200}) {
    client.declare({.queue = std::to_string(ms), .arguments = {{"x-expires", ms}}});
  }
  world.pass(100ms);
  EXPECT_THAT(world.broker.queues(), ElementsAre("200", "300", "q"));
  client.remove("200");
  EXPECT_EQ(world.wake, TimePoint(1300ms));
  world.pass(200ms);
  EXPECT_THAT(world.broker.queues(), ElementsAre("q"));
}

TEST_F(BrokerExpiry, AnExpiryThatIsNoLengthOfTimeIsAnError) {
  const std::vector<std::pair<TableValue, std::string>> cases = {
      {std::int64_t{0}, "{value_zero,0}"},
      {std::int64_t{-5}, "{value_negative,-5}"},
      {std::int64_t{315360000001}, "{value_too_large,315360000001}"},
      {std::string("1000"), R"("expected integer, got longstr")"},
      {true, R"("expected integer, got bool")"}};
  for (const auto& [value, wrong] : cases) {
    Peer peer = world.open("peer");
    peer.declare({.queue = "other", .arguments = {{"x-expires", value}}});
    EXPECT_THAT(world.heard(), ElementsAre("peer closed: 406 PRECONDITION_FAILED - invalid arg "
                                           "'x-expires' for queue 'other' in vhost '/': " +
                                           wrong));
  }
  EXPECT_FALSE(world.broker.has_queue("other"));
}

}  // namespace
}  // namespace castaway::sim
