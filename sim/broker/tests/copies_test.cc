// Messages that faults deliver twice: when the copies come, and to whom.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

/// A queue "q", a publisher, and two servers who may consume it.
class BrokerCopies : public ::testing::Test {
 protected:
  BrokerCopies() { client.declare({.queue = "q"}); }

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

TEST_F(BrokerCopies, CopiesFollowTheOriginalAndShareItsNumber) {
  placements["m1"] = {{}, {.copy = 2, .redelivered = true}, {.copy = 3}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m1 copy 2 redelivered",
                                         "a got m1 copy 3", "a got m2"));
  a.ack(2);
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 1", "2 accepted by 1", "1.2 acknowledged"));
}

TEST_F(BrokerCopies, ACopyOnADelayOfItsOwnComesLater) {
  placements["m1"] = {{}, {.copy = 2, .ready = in(10ms), .may_be_overtaken = true}};
  a.consume("q");
  publish({"m1", "m2"});
  world.pass(10ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2", "a got m1 copy 2"));
}

TEST_F(BrokerCopies, EachQueueHasPlacementsOfItsOwn) {
  client.declare({.queue = "other"});
  placements["q"] = {{}, {.copy = 2}};
  placements["other"] = {};
  for (const std::string queue : {"q", "other"}) client.bind(queue, "amq.fanout", "");
  client.publish({.exchange = "amq.fanout", .message = {.body = "m1"}});
  EXPECT_EQ(world.broker.ready("q"), 2u);
  EXPECT_EQ(world.broker.ready("other"), 0u);
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 2"));
}

TEST_F(BrokerCopies, ACopyComesAfterSoManyLaterMessages) {
  placements["m1"] = {{}, {.copy = 2, .after_messages = 2}};
  publish({"m0", "m1", "m2", "m3", "m4"});
  a.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("a got m0", "a got m1", "a got m2", "a got m3",
                                         "a got m1 copy 2", "a got m4"));
}

TEST_F(BrokerCopies, CopiesAndRedeliveriesOfOthersAreNotCountedAsMessages) {
  placements["m1"] = {{}, {.copy = 2, .after_messages = 2}};
  placements["m2"] = {{}, {.copy = 2}};
  a.prefetch(1);
  a.consume("q");
  publish({"m1", "m2"});
  a.ack("m1");
  a.reject("m2", true);
  a.ack("m2");
  a.ack("m2");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2", "a got m2 attempt 2 redelivered",
                                         "a got m2 copy 2"));
  publish({"m3"});
  a.ack("m3");
  EXPECT_THAT(world.heard(), ElementsAre("a got m3", "a got m1 copy 2"));
}

TEST_F(BrokerCopies, TheOriginalIsNoLaterMessageEvenIfItStandsBehindItsCopy) {
  placements["m1"] = {{.copy = 2, .after_messages = 1}, {}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m2", "a got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyWhoseLaterMessagesDoNotComeStaysWhereItIs) {
  placements["m1"] = {{}, {.copy = 2, .after_messages = 1}};
  a.consume("q");
  publish({"m1"});
  world.pass(1h);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
  EXPECT_EQ(world.broker.ready("q"), 1u);
}

TEST_F(BrokerCopies, ACopyForTheSameConnectionGoesToTheOriginalsConsumerOutOfTurn) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.consume("q");
  b.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m1 copy 2", "b got m2"));
}

TEST_F(BrokerCopies, ACopyForTheSameConnectionDoesNotHoldUpOthers) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("q");
  b.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "b got m2"));
  a.ack("m1");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyForAConnectionThatConsumesNoMoreWaitsUntilItDoesAgain) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("q");
  b.consume("q");
  publish({"m1"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
  a.cancel();
  a.ack("m1");
  EXPECT_THAT(world.heard(), ElementsAre());
  a.consume("q", "again");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 as again copy 2"));
}

TEST_F(BrokerCopies, ACopyForAConnectionThatHasEndedGoesToAnyone) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("q");
  b.consume("q");
  publish({"m1"});
  a.cancel();
  a.ack("m1");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
  a.lose();
  EXPECT_THAT(world.heard(), ElementsAre("b got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyFollowsItsOriginalToWhomItGoesNext) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("q");
  publish({"m1"});
  a.cancel();
  a.reject("m1", true);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1"));
  a.consume("q", "again");
  b.prefetch(1);
  b.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 as again attempt 2 redelivered"));
  a.reject("m1", true);
  EXPECT_THAT(world.heard(), ElementsAre("b got m1 attempt 3 redelivered"));
  b.ack("m1");
  EXPECT_THAT(world.heard(), ElementsAre("b got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyThatComesBackWaitsForWhoHasItsOriginal) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.consume("q");
  publish({"m1"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m1 copy 2"));
  b.consume("q");
  a.cancel();
  a.nack(2, false, true);
  EXPECT_THAT(world.heard(), ElementsAre());
  a.consume("q", "again");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 as again copy 2 attempt 2 redelivered"));
}

TEST_F(BrokerCopies, ACopyWhoseOriginalIsDroppedOnItsWayBackGoesToAnyone) {
  client.declare({.queue = "full", .arguments = {{"x-max-length", 2}}});
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("full");
  client.publish("full", "m1");
  a.cancel();
  client.publish("full", "m2");
  a.reject("m1", true);  // it stands at the head, and is one too many
  b.consume("full");
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "b got m1 copy 2", "b got m2"));
}

TEST_F(BrokerCopies, ACopyForAConnectionFromBeforeARestartGoesToAnyone) {
  client.declare({.queue = "kept", .durable = true});
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::same}};
  a.prefetch(1);
  a.consume("kept");
  client.publish({.routing_key = "kept",
                  .message = {.properties = {.delivery_mode = std::uint8_t{2}}, .body = "m1"}});
  a.cancel();
  a.ack("m1");
  world.broker.restart(true, world.now);
  world.heard();
  Peer later = world.open("later");
  later.consume("kept");
  EXPECT_THAT(world.heard(), ElementsAre("later got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyForTheSameConnectionWaitsUntilTheOriginalWasDelivered) {
  placements["m1"] = {{.ready = in(10ms), .may_be_overtaken = true},
                      {.copy = 2, .to = Placement::To::same}};
  a.consume("q");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m2"));
  world.pass(10ms);
  EXPECT_THAT(world.heard(), ElementsAre("a got m1", "a got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyForAnotherConnectionWaitsUntilThereIsOne) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::other}};
  a.consume("q", "1");
  a.consume("q", "2");
  publish({"m1", "m2"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 as 1", "a got m2 as 2"));
  b.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("b got m1 copy 2"));
}

TEST_F(BrokerCopies, ACopyThatWasDeliveredOnceMayGoToAnyone) {
  placements["m1"] = {{}, {.copy = 2, .to = Placement::To::other}};
  a.consume("q");
  b.consume("q");
  publish({"m1"});
  b.lose();
  EXPECT_THAT(world.heard(),
              ElementsAre("a got m1", "b got m1 copy 2", "a got m1 copy 2 attempt 2 redelivered"));
}

TEST_F(BrokerCopies, ACopyWithoutAnOriginalGoesToAnyone) {
  placements["m1"] = {{.copy = 2, .to = Placement::To::same},
                      {.copy = 3, .to = Placement::To::other}};
  a.consume("q");
  publish({"m1"});
  EXPECT_THAT(world.heard(), ElementsAre("a got m1 copy 2", "a got m1 copy 3"));
}

}  // namespace
}  // namespace castaway::sim
