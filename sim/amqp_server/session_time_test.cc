// What a session does because time passes. Source: rabbit_heartbeat.erl, rabbit_reader.erl.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

amqp::ConnectionTuneOk with_heartbeat(std::uint16_t seconds) { return {2047, 131072, seconds}; }

std::string heartbeat() {
  std::string bytes;
  amqp::append_heartbeat(bytes);
  return bytes;
}

TEST(SessionTime, SendsAHeartbeatInEachHalfOfTheIntervalWithoutAnythingElse) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(10));
  world.pass(5s);
  EXPECT_THAT(client.heard(), ElementsAre("0 heartbeat"));
  client.say(1, amqp::ChannelOpen());
  world.pass(5s);
  EXPECT_THAT(client.heard(), ElementsAre("1 channel.open-ok"));
  world.pass(5s);
  EXPECT_THAT(client.heard(), ElementsAre("0 heartbeat"));
}

TEST(SessionTime, GivesASilentClientUpAfterThreeIntervals) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(10));
  world.pass(25s);
  EXPECT_FALSE(client.session().over());
  world.pass(5s);
  EXPECT_TRUE(client.session().over());
}

TEST(SessionTime, KeepsAClientThatSendsHeartbeats) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(10));
  for (int i = 0; i < 10; ++i) {
    world.pass(10s);
    client.send(heartbeat());
  }
  EXPECT_FALSE(client.session().over());
  world.pass(30s);
  EXPECT_TRUE(client.session().over());
}

TEST(SessionTime, NeedsNoHeartbeatsIfNoneWereAgreedOn) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(0));
  world.pass(1h);
  EXPECT_THAT(client.heard(), IsEmpty());
  EXPECT_FALSE(client.session().over());
  EXPECT_EQ(client.session().next(), never);
}

TEST(SessionTime, ExpectsNothingOfABlockedClient) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(10));
  client.say(1, amqp::ChannelOpen());
  world.broker().block("low on memory", world.now());
  client.publish(1, {.routing_key = "nowhere"}, {});
  world.pass(100s);
  EXPECT_FALSE(client.session().over());
  world.broker().unblock(world.now());
  world.run();
  world.pass(25s);
  EXPECT_FALSE(client.session().over());
  world.pass(5s);
  EXPECT_TRUE(client.session().over());
}

TEST(SessionTime, AClientThatIsGivenUpIsLostToTheBroker) {
  SessionWorld world;
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(1));
  client.say(1, amqp::ChannelOpen());
  client.say(1, amqp::QueueDeclare{.queue = "own", .exclusive = true});
  EXPECT_TRUE(world.broker().has_queue("own"));
  world.pass(4s);
  EXPECT_FALSE(world.broker().has_queue("own"));
}

TEST(SessionTime, WaitsForCloseOkNoLongerThanAHeartbeat) {
  SessionWorld world;
  SessionClient& patient = world.connect("client");
  SessionClient& other = world.connect("other");
  patient.log_in(with_heartbeat(0));
  other.log_in(with_heartbeat(5));
  for (SessionClient* client : {&patient, &other}) client->say(0, amqp::ConnectionCloseOk());
  world.pass(5s);
  EXPECT_TRUE(other.session().over());
  world.pass(24s);
  EXPECT_FALSE(patient.session().over());
  world.pass(1s);
  EXPECT_TRUE(patient.session().over());
}

TEST(SessionTime, ARestartOfTheBrokerSaysGoodbyeToNobody) {
  SessionWorld world({}, 1ms);
  SessionClient& client = world.connect("client");
  client.log_in(with_heartbeat(0));
  static_cast<void>(world.network().restart_broker({.for_ = 1s}, check::no_event));
  world.run();
  EXPECT_THAT(client.heard(), IsEmpty());
  EXPECT_TRUE(client.session().over());
  SessionClient& early = world.connect("client");
  early.log_in();
  EXPECT_TRUE(early.session().over());
  world.pass(2s);
  SessionClient& again = world.connect("client");
  again.log_in();
  EXPECT_FALSE(again.session().over());
}

}  // namespace
}  // namespace castaway::sim
