// What an operator or an accident breaks in part. Source: RabbitMQ, consumer cancel notification;
// AMQP 0-9-1, 1.2 (which codes end a connection), 1.7.2.5 queue.unbind, 1.7.2.7 queue.purge.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HalfBroken : public ::testing::Test {
 protected:
  HalfBroken() {
    client.declare({.queue = "q"});
    client.declare({.exchange = "x"});
    client.bind("q", "x", "k");
  }

  void cancel(const std::string& queue, const std::vector<ConnectionId>& of) {
    world.broker.cancel_consumers(
        queue, [&](ConnectionId id) { return std::ranges::count(of, id) != 0; }, world.now);
  }
  std::size_t unbind(const std::string& exchange = {}, const std::string& key = {}) {
    return world.broker.unbind("q", exchange, key, world.now);
  }
  void publish(const std::string& body, bool mandatory = false) {
    client.publish(
        {.exchange = "x", .routing_key = "k", .mandatory = mandatory, .message = {.body = body}});
  }
  void close(Broker::ChannelUse use, std::uint16_t code) {
    world.broker.close_channels(server.id(), use, code, "BECAUSE", world.now);
    world.end_connections();
  }

  BrokerWorld world = {};
  Peer client = world.open("client");
  Peer server = world.open("server");
};

TEST_F(HalfBroken, AConsumerThatIsTakenAwayIsToldAndItsQueueStays) {
  server.consume("q");
  client.consume("q", "other");
  cancel("q", {server.id()});
  EXPECT_THAT(world.heard(), ElementsAre("server cancelled c"));
  client.publish("q", "m1");
  client.publish("q", "m2");
  EXPECT_THAT(world.heard(), ElementsAre("client got m1 as other", "client got m2 as other"));
}

TEST_F(HalfBroken, WhatAConsumerHadBeforeItWasTakenAwayItCanStillSettle) {
  server.consume("q");
  client.publish("q", "m1");
  cancel("q", {server.id()});
  world.heard();
  server.ack("m1");
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.unacknowledged("q"), 0U);
  server.consume("q");
  client.publish("q", "m2");
  EXPECT_THAT(world.heard(), ElementsAre("server got m2"));
}

TEST_F(HalfBroken, AQueueThatGoesWithItsLastConsumerGoesWithOneThatIsTakenAway) {
  client.declare({.queue = "own", .auto_delete = true});
  server.consume("own");
  cancel("own", {server.id()});
  EXPECT_FALSE(world.broker.has_queue("own"));
}

TEST_F(HalfBroken, NobodyIsTakenAwayFromAQueueThatIsNotThere) {
  cancel("none", {server.id()});
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(HalfBroken, ALostBindingBringsNothingAndEachMessageIsToldAsDropped) {
  EXPECT_EQ(unbind(), 1U);
  publish("m1", true);
  EXPECT_THAT(world.heard(), ElementsAre("client returned m1 from 'x' k: 312 NO_ROUTE"));
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 0", "1 never came to q: unbound"));
}

TEST_F(HalfBroken, OnlyTheBindingsThatAreMeantAreLost) {
  client.bind("q", "x", "other");
  client.bind("q", "amq.topic", "k");
  EXPECT_EQ(unbind("x", "k"), 1U);
  EXPECT_EQ(unbind("amq.direct"), 0U);
  client.publish({.exchange = "x", .routing_key = "other"});
  client.publish({.exchange = "amq.topic", .routing_key = "k"});
  EXPECT_EQ(world.broker.ready("q"), 2U);
  EXPECT_EQ(unbind("x"), 1U);
  EXPECT_EQ(unbind(), 1U);
}

TEST_F(HalfBroken, ABindingThatSomebodyMakesAgainIsMissedNoMore) {
  unbind();
  server.bind("q", "x", "k");
  publish("m1");
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 1"));
  unbind();
  server.unbind("q", "x", "k");
  publish("m2");
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 1", "2 accepted by 0"));
}

TEST_F(HalfBroken, LostBindingsComeBackWithTheirExchange) {
  client.declare({.exchange = "f", .type = "fanout", .auto_delete = true});
  client.bind("q", "f", "any");
  EXPECT_EQ(unbind("f"), 1U);
  EXPECT_FALSE(world.broker.has_exchange("f")) << "it goes with its last binding";
  world.broker.bind_again(world.now);
  client.publish({.exchange = "f", .message = {.body = "m1"}});
  EXPECT_EQ(world.broker.ready("q"), 1U);
}

TEST_F(HalfBroken, AQueueThatIsDeletedTakesItsLostBindingsWithIt) {
  unbind();
  world.broker.delete_queue("q", world.now);
  publish("m1");
  world.broker.bind_again(world.now);
  publish("m2");
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 0", "2 accepted by 0"));
}

TEST_F(HalfBroken, APurgedQueueTellsWhatItDropsAndKeepsWhatIsWithConsumers) {
  server.prefetch(1);
  server.consume("q");
  for (const std::string body : {"m1", "m2", "m3"}) client.publish("q", body);
  world.notes.clear();
  EXPECT_EQ(world.broker.purge("q", world.now), 2U);
  EXPECT_EQ(world.broker.purge("none", world.now), 0U);
  EXPECT_THAT(world.notes, ElementsAre("2 never came to q: purged", "3 never came to q: purged"));
  world.heard();
  server.ack("m1");
  client.publish("q", "m4");
  EXPECT_THAT(world.heard(), ElementsAre("server got m4"));
}

TEST_F(HalfBroken, AClientsPurgeIsToldAsWell) {
  client.publish("q", "m1");
  world.notes.clear();
  client.say(amqp::QueuePurge{.queue = "q"});
  EXPECT_THAT(world.notes, ElementsAre("1 never came to q: purged"));
}

TEST_F(HalfBroken, AChannelIsClosedWithItsCodeAndGivesBackWhatItHad) {
  Peer second = server.open_channel(2);
  second.consume("q");
  client.publish("q", "m1");
  world.heard();
  close(Broker::ChannelUse::consumes, 406);
  EXPECT_THAT(world.heard(), ElementsAre("server.2 closed: 406 BECAUSE"));
  EXPECT_EQ(world.broker.ready("q"), 1U);
  close(Broker::ChannelUse::consumes, 406);
  EXPECT_THAT(world.heard(), IsEmpty()) << "it is closing already";
  close(Broker::ChannelUse::does_not_consume, 404);
  EXPECT_THAT(world.heard(), ElementsAre("server closed: 404 BECAUSE"));
}

TEST_F(HalfBroken, ACodeOfAConnectionEndsItWithAllItsChannels) {
  Peer second = server.open_channel(2);
  second.consume("q");
  close(Broker::ChannelUse::any, 541);
  EXPECT_THAT(world.heard(), ElementsAre("server closed: 541 BECAUSE"));
  close(Broker::ChannelUse::any, 541);
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.connections(), 1U);
}

}  // namespace
}  // namespace castaway::sim
