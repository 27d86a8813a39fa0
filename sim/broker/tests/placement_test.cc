// What faults do to the order of messages in a queue: later, held, overtaking and overtaken.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A queue "q", a publisher, and two servers who may consume it.
class BrokerPlacement : public ::testing::Test {
 protected:
  BrokerPlacement() { client.declare({.queue = "q"}); }

  void publish(const std::vector<std::string>& bodies) {
    for (const std::string& body : bodies) client.publish("q", body);
  }
  [[nodiscard]] TimePoint in(Duration length) const { return world.now + length; }

  BrokerWorld world = {};
  std::map<std::string, std::vector<Placement>>& placements = world.placements;
  Peer client = world.open("client");
  Peer a = world.open("a");
  Peer b = world.open("b");
};

TEST_F(BrokerPlacement, ADelayedMessageHoldsUpThoseBehindIt) {
  placements["m1"] = {{.ready = in(10ms)}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), IsEmpty());
  world.pass(9ms);
  EXPECT_THAT(world.heard(), IsEmpty());
  world.pass(1ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2"));
  EXPECT_THAT(world.wakes, ElementsAre(TimePoint(1010ms)));
}

TEST_F(BrokerPlacement, ADelayedMessageThatMayBeOvertakenHoldsUpNobody) {
  placements["m1"] = {{.ready = in(10ms), .may_be_overtaken = true}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m2"));
  EXPECT_EQ(world.broker.ready("q"), 1u);
  world.pass(10ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
}

TEST_F(BrokerPlacement, ADelayedMessageThatBecomesReadyStandsWhereItWasPlaced) {
  placements["m2"] = {{.ready = in(10ms), .may_be_overtaken = true}};
  publish({"m1", "m2", "m3"});
  world.pass(10ms);
  a.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2", "a got m3"));
}

TEST_F(BrokerPlacement, DelayedMessagesBecomeReadyInTheOrderOfTheirTimes) {
  for (const int i : {3, 1, 2}) {
    placements["m" + std::to_string(i)] = {{.ready = in(i * 1ms), .may_be_overtaken = true}};
  }
  a.consume("q");
  publish({"m3", "m1", "m2"});
  world.pass(5ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2", "a got m3"));
}

TEST_F(BrokerPlacement, WhatIsDueIsDeliveredByAnyEventOfTheQueue) {
  placements["m1"] = {{.ready = in(10ms), .may_be_overtaken = true}};
  publish({"m1"});
  world.now += 10ms;  // nobody has advanced the broker yet
  a.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
}

TEST_F(BrokerPlacement, AHeldMessageWaitsForItsRelease) {
  placements["m1"] = {{.held = true}};
  a.consume("q");
  publish({"m1", "m2"});
  world.pass(1h);
  world.broker.release(2, 1, world.now);
  world.broker.release(1, 2, world.now);
  EXPECT_THAT(world.heard(), IsEmpty());
  world.broker.release(1, 1, world.now);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2"));
  world.broker.release(1, 1, world.now);
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerPlacement, AHeldMessageThatMayBeOvertakenHoldsUpNobody) {
  placements["m1"] = {{.held = true, .may_be_overtaken = true}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m2"));
  world.broker.release(1, 1, world.now);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
}

TEST_F(BrokerPlacement, AReleasedMessageStillWaitsForItsTime) {
  placements["m1"] = {{.ready = in(10ms), .held = true, .may_be_overtaken = true}};
  placements["m2"] = {{.ready = in(10ms), .held = true}};
  a.consume("q");
  publish({"m1", "m2"});
  world.broker.release(1, 1, world.now);
  world.broker.release(2, 1, world.now);
  EXPECT_THAT(world.heard(), IsEmpty());
  world.pass(10ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2"));
}

TEST_F(BrokerPlacement, AHeldHeadThatExpiresLetsTheOthersPass) {
  placements["m1"] = {{.held = true}};
  a.consume("q");
  client.publish("q", "m1", "1000");
  publish({"m2"});
  world.pass(999ms);
  EXPECT_THAT(world.heard(), IsEmpty());
  world.pass(1ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m2"));
  world.broker.release(1, 1, world.now);
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerPlacement, AMessageOvertakesAsManyAsItMay) {
  placements["m4"] = {{.overtakes = 2}};
  placements["m5"] = {{.overtakes = 1}};
  placements["m6"] = {{.overtakes = 100}};
  publish({"m1", "m2", "m3", "m4", "m5", "m6"});
  a.consume("q");
  EXPECT_THAT(world.heard(),
              ElementsAre("a got m6", "a got m1", "a got m4", "a got m2", "a got m5", "a got m3"));
}

TEST_F(BrokerPlacement, AnOvertakingMessageCannotPassWhatWasDelivered) {
  placements["m2"] = {{.overtakes = 5}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2"));
}

TEST_F(BrokerPlacement, AnOvertakingMessageReturnsToWhereItStood) {
  placements["m3"] = {{.overtakes = 1}};
  placements["m4"] = {{.overtakes = 1}};
  publish({"m1", "m2", "m3", "m4"});
  a.consume("q");
  a.lose();
  world.heard();
  b.consume("q");
  EXPECT_THAT(world.heard(),
              ElementsAre("b got m1 attempt 2 redelivered", "b got m3 attempt 2 redelivered",
                          "b got m4 attempt 2 redelivered", "b got m2 attempt 2 redelivered"));
}

TEST_F(BrokerPlacement, ManyMayOvertakeTheSameMessageInEitherOrder) {
  publish({"last"});
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    const std::string body = "m" + std::to_string(i);
    placements[body] = {{.overtakes = i % 2 == 0 ? 1u : 1000u}};
    publish({body});
    const std::string line = "a got " + body;
    expected.insert(i % 2 == 0 ? expected.end() : expected.begin(), line);
  }
  expected.emplace_back("a got last");
  a.consume("q");
  EXPECT_EQ(world.heard(), expected);
}

TEST_F(BrokerPlacement, ADeletedQueueForgetsWhatWasPlacedInIt) {
  placements["m1"] = {{.ready = in(10ms)},
                      {.copy = 2, .ready = in(5ms), .may_be_overtaken = true},
                      {.copy = 3, .held = true},
                      {.copy = 4, .after_messages = 1}};
  a.consume("q");
  publish({"m1"});
  EXPECT_EQ(world.broker.ready("q"), 4u);
  EXPECT_EQ(world.wake, in(5ms));
  client.remove("q");
  EXPECT_EQ(world.wake, never);
  world.broker.release(1, 3, world.now);
  world.pass(1h);
  EXPECT_THAT(world.heard(), ElementsAre("a cancelled c"));
}

}  // namespace
}  // namespace castaway::sim
