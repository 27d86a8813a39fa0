// How long exchanges, queues and bindings last, and whose they are. Source: AMQP 0-9-1, 1.6.2.1
// exchange.declare and 1.7.2.1 queue.declare (auto-delete, exclusive), 1.7.2.9 queue.delete.

#include <functional>

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

class BrokerLifetime : public ::testing::Test {
 protected:
  BrokerWorld world = {};
  Peer peer = world.open("peer");
  Peer other = world.open("other");
};

constexpr char locked[] =
    "other closed: 405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in "
    "vhost '/'. It could be originally declared on another connection or the exclusive property "
    "value does not match that of the original declaration.";

// 1.7.2.1, exclusive: for the declaring connection alone, and gone with it.
TEST_F(BrokerLifetime, AnExclusiveQueueIsLockedForOthers) {
  const std::vector<std::function<void(Peer&)>> uses = {
      [](Peer& each) { each.declare({.queue = "q", .passive = true}); },
      [](Peer& each) { each.declare({.queue = "q", .exclusive = true}); },
      [](Peer& each) { each.bind("q", "amq.topic", "key"); },
      [](Peer& each) { each.consume("q"); },
      [](Peer& each) { each.remove("q"); },
  };
  peer.declare({.queue = "q", .exclusive = true});
  for (const auto& use : uses) {
    Peer another = world.open("other");
    use(another);
    EXPECT_THAT(world.heard(), ElementsAre(locked));
    use(peer);
  }
  EXPECT_THAT(world.heard(), ElementsAre("peer cancelled c"));
}

TEST_F(BrokerLifetime, AnExclusiveQueueTakesMessagesFromAnyone) {
  peer.declare({.queue = "q", .exclusive = true});
  peer.consume("q");
  other.publish("q", "m1");
  EXPECT_THAT(world.heard(), ElementsAre("peer got m1"));
}

TEST_F(BrokerLifetime, AQueueThatIsNotExclusiveCannotBeMadeSo) {
  peer.declare({.queue = "q"});
  other.declare({.queue = "q", .exclusive = true});
  EXPECT_THAT(world.heard(), ElementsAre(locked));
}

TEST_F(BrokerLifetime, AnExclusiveQueueDiesWithItsConnection) {
  peer.declare({.queue = "q", .exclusive = true});
  peer.consume("q");
  peer.publish("q", "m1");
  peer.lose();
  EXPECT_FALSE(world.broker.has_queue("q"));
  other.declare({.queue = "q"});
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerLifetime, AQueueThatWasDeletedAndMadeByAnotherOutlivesItsFirstOwner) {
  peer.declare({.queue = "q", .exclusive = true});
  peer.remove("q");
  other.declare({.queue = "q", .exclusive = true});
  peer.lose();
  EXPECT_TRUE(world.broker.has_queue("q"));
}

// RabbitMQ's consumer cancel notification; the deleting connection is told as well.
TEST_F(BrokerLifetime, DeletingAQueueCancelsItsConsumersAndDropsItsMessages) {
  peer.declare({.queue = "q"});
  peer.prefetch(1);
  peer.consume("q", "1");
  other.consume("q", "2");
  other.publish("q", "m1");
  world.heard();
  world.with_ok = true;
  other.remove("q");
  EXPECT_THAT(world.heard(), ElementsAre("peer cancelled 1", "other cancelled 2", "other ok"));
  other.declare({.queue = "q"});
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerLifetime, DeletingAQueueThatIsNotThereIsAnswered) {
  world.with_ok = true;
  peer.remove("q");
  EXPECT_THAT(world.heard(), ElementsAre("peer ok"));
}

// 3.1.5: the bindings of a queue are destroyed with it.
TEST_F(BrokerLifetime, BindingsGoWithTheirQueue) {
  peer.declare({.queue = "q"});
  peer.bind("q", "amq.fanout", "");
  peer.remove("q");
  peer.declare({.queue = "q"});
  peer.publish({.exchange = "amq.fanout"});
  EXPECT_EQ(world.broker.ready("q"), 0u);
}

TEST_F(BrokerLifetime, AnAutoDeleteExchangeDisappearsWithItsLastBinding) {
  peer.declare({.exchange = "compute_fanout", .type = "fanout", .auto_delete = true});
  for (const std::string queue : {"a", "b"}) {
    peer.declare({.queue = queue});
    peer.bind(queue, "compute_fanout", "compute");
  }
  peer.remove("a");
  EXPECT_TRUE(world.broker.has_exchange("compute_fanout"));
  peer.remove("b");
  EXPECT_FALSE(world.broker.has_exchange("compute_fanout"));
}

TEST_F(BrokerLifetime, AnAutoDeleteExchangeThatNeverHadABindingStays) {
  peer.declare({.exchange = "compute_fanout", .type = "fanout", .auto_delete = true});
  peer.declare({.queue = "a"});
  peer.remove("a");
  EXPECT_TRUE(world.broker.has_exchange("compute_fanout"));
}

TEST_F(BrokerLifetime, AnAutoDeleteQueueDisappearsWithItsLastConsumer) {
  peer.declare({.queue = "q", .auto_delete = true});
  other.publish("q", "m1");
  EXPECT_TRUE(world.broker.has_queue("q"));
  peer.consume("q");
  other.consume("q");
  peer.cancel();
  EXPECT_TRUE(world.broker.has_queue("q"));
  other.lose();
  EXPECT_FALSE(world.broker.has_queue("q"));
}

TEST_F(BrokerLifetime, AnAutoDeleteQueueTakesAnAutoDeleteExchangeWithIt) {
  peer.declare({.exchange = "x", .auto_delete = true});
  peer.declare({.queue = "q", .auto_delete = true});
  peer.bind("q", "x", "key");
  peer.consume("q");
  peer.close();
  EXPECT_FALSE(world.broker.has_exchange("x"));
}

}  // namespace
}  // namespace castaway::sim
