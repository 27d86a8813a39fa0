// What faults do to a message where it is routed, and where it comes back to its queue.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Loses or delays what comes back to a queue.
class Fickle final : public QueueFaults {
 public:
  std::optional<Placement> take_back(const Returning& copy, const std::string&,
                                     const amqp::Publication&, TimePoint now) override {
    returned.push_back(copy.message->id);
    if (lose) return std::nullopt;
    return Placement{.ready = now + 1s};
  }
  bool lose = false;
  std::vector<MessageId> returned = {};
};

/// A channel of `broker`, by the number of one of the world's, so that it has a name there.
ChannelId open(Broker& broker, BrokerWorld& world, const std::string& name) {
  const ChannelId id = world.open(name).channel();
  EXPECT_EQ(broker.open({.name = name}, world.now), id.connection);
  broker.take(id, amqp::ChannelOpen{}, world.now);
  return id;
}

TEST(BrokerFaults, WhatComesBackCanBeLostOrLate) {
  for (const bool lose : {false, true}) {
    BrokerWorld world;
    Fickle fickle;
    fickle.lose = lose;
    Broker broker(world, fickle);
    world.now = TimePoint(1s);
    const ChannelId id = open(broker, world, "consumer");
    broker.take(id, amqp::QueueDeclare{.queue = "q"}, world.now);
    broker.take(id, amqp::BasicConsume{.queue = "q", .consumer_tag = "c"}, world.now);
    broker.publish(id, std::make_shared<Carried>(7), {.routing_key = "q", .message = {.body = "m"}},
                   world.now);
    EXPECT_THAT(world.heard(), ElementsAre("consumer got m"));
    broker.take(id, amqp::BasicReject{1, true}, world.now);
    EXPECT_THAT(fickle.returned, ElementsAre(7U));
    EXPECT_THAT(world.heard(), IsEmpty());
    EXPECT_EQ(broker.ready("q"), lose ? 0U : 1U);
    broker.advance(world.now + 1s);
    if (lose) {
      EXPECT_THAT(world.heard(), IsEmpty());
    } else {
      EXPECT_THAT(world.heard(), ElementsAre("consumer got m attempt 2 redelivered"));
    }
  }
}

TEST(BrokerFaults, WhatFindsNoQueueIsReturnedIfItIsMandatoryAndConfirmedInAnyCase) {
  BrokerWorld world;
  Fickle fickle;
  Broker broker(world, fickle);
  const auto seventh = std::make_shared<Carried>(7);
  seventh->unroutable = true;
  const ChannelId id = open(broker, world, "peer");
  broker.take(id, amqp::QueueDeclare{.queue = "q"}, world.now);
  broker.take(id, amqp::ConfirmSelect{}, world.now);
  broker.publish(id, seventh, {.routing_key = "q", .mandatory = true, .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(),
              ElementsAre("peer returned m from '' q: 312 NO_ROUTE", "peer confirmed 1"));
  broker.publish(id, std::make_shared<Carried>(8), {.routing_key = "q", .message = {.body = "m"}},
                 world.now);
  EXPECT_EQ(broker.ready("q"), 1U);
}

TEST(BrokerFaults, WhatIsRefusedIsNackedAndNeitherQueuedNorReturned) {
  BrokerWorld world;
  Fickle fickle;
  Broker broker(world, fickle);
  const auto seventh = std::make_shared<Carried>(7);
  seventh->refused = true;
  const ChannelId id = open(broker, world, "peer");
  broker.take(id, amqp::QueueDeclare{.queue = "q"}, world.now);
  broker.take(id, amqp::ConfirmSelect{}, world.now);
  broker.publish(id, seventh, {.routing_key = "q", .mandatory = true, .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(), ElementsAre("peer refused 1"));
  EXPECT_EQ(broker.ready("q"), 0U);
  broker.publish(id, std::make_shared<Carried>(8), {.routing_key = "q", .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(), ElementsAre("peer confirmed 2"));
  EXPECT_EQ(broker.ready("q"), 1U);
}

}  // namespace
}  // namespace castaway::sim
