// Virtual hosts: a name means something in one of them only.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class BrokerVirtualHosts : public ::testing::Test {
 protected:
  BrokerVirtualHosts() {
    here.declare({.queue = "q"});
    there.declare({.queue = "q"});
  }

  BrokerWorld world = {};
  Peer here = world.open("here");
  Peer there = world.open(Opening{.name = "there", .virtual_host = "shop"});
};

TEST_F(BrokerVirtualHosts, HaveQueuesOfTheSameName) {
  here.publish("q", "m1");
  there.publish("q", "m2");
  EXPECT_THAT(world.broker.queues(), UnorderedElementsAre("q", "q (vhost shop)"));
  here.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("here got m1"));
  there.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("there got m2"));
}

TEST_F(BrokerVirtualHosts, HaveExchangesOfTheirOwn) {
  here.say(amqp::ExchangeDeclare{.exchange = "e", .type = "fanout"});
  there.say(amqp::ExchangeDeclare{.exchange = "e", .type = "topic"});
  EXPECT_THAT(world.heard(), IsEmpty());
  there.say(amqp::ExchangeDeclare{.exchange = "e", .type = "fanout"});
  EXPECT_THAT(world.heard(), ElementsAre(HasSubstr("for exchange 'e' in vhost 'shop'")));
}

TEST_F(BrokerVirtualHosts, AreNamedInRefusals) {
  there.consume("nowhere");
  EXPECT_THAT(world.heard(), ElementsAre(HasSubstr("no queue 'nowhere' in vhost 'shop'")));
}

TEST_F(BrokerVirtualHosts, HaveRightsOfTheirOwn) {
  world.broker.set_rights("guest", {.read = ""}, "shop");
  here.consume("q");
  EXPECT_THAT(world.heard(), IsEmpty());
  there.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre(HasSubstr("access to queue 'q' in vhost 'shop' refused")));
}

TEST_F(BrokerVirtualHosts, AreToldApartByOperators) {
  here.publish("q", "m1");
  there.publish("q", "m2");
  EXPECT_EQ(world.broker.ready("q (vhost shop)"), 1U);
  EXPECT_EQ(world.broker.purge("q (vhost shop)", world.now), 1U);
  EXPECT_EQ(world.broker.ready("q (vhost shop)"), 0U);
  EXPECT_EQ(world.broker.ready("q"), 1U);
  world.broker.delete_queue("q (vhost shop)", world.now);
  EXPECT_THAT(world.broker.queues(), ElementsAre("q"));
}

TEST_F(BrokerVirtualHosts, ShareShortagesAndRestarts) {
  here.declare({.queue = "durable", .durable = true});
  there.declare({.queue = "durable", .durable = true});
  world.broker.block("memory", world.now);
  here.publish("q", "m1");
  there.publish("q", "m2");
  EXPECT_THAT(world.heard(), ElementsAre("here blocked: memory", "there blocked: memory"));
  world.broker.unblock(world.now);
  EXPECT_EQ(world.broker.ready("q"), 1U);
  EXPECT_EQ(world.broker.ready("q (vhost shop)"), 1U);
  world.broker.restart(true, world.now);
  EXPECT_EQ(world.broker.connections(), 0U);
  EXPECT_THAT(world.broker.queues(), ElementsAre("durable", "durable (vhost shop)"));
}

TEST_F(BrokerVirtualHosts, EachWantsToBeWokenInTime) {
  here.declare({.queue = "late", .arguments = {{"x-expires", 3000}}});
  there.declare({.queue = "soon", .arguments = {{"x-expires", 1000}}});
  world.pass(1s);
  EXPECT_FALSE(world.broker.has_queue("soon (vhost shop)"));
  EXPECT_TRUE(world.broker.has_queue("late"));
  world.pass(2s);
  EXPECT_FALSE(world.broker.has_queue("late"));
}

}  // namespace
}  // namespace castaway::sim
