// What faults do to a message where it is routed, and where it comes back to its queue.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Loses or delays what comes back to a queue.
class Fickle final : public QueueFaults {
 public:
  std::optional<Placement> take_back(const Returning& copy, const std::string&, const Publication&,
                                     TimePoint now) override {
    returned.push_back(copy.message);
    if (lose) return std::nullopt;
    return Placement{.ready = now + 1s};
  }
  bool is_unroutable(MessageId message) override { return message == unroutable; }
  bool is_refused(MessageId message) override { return message == refused; }
  bool lose = false;
  MessageId unroutable = 0;
  MessageId refused = 0;
  std::vector<MessageId> returned = {};
};

TEST(BrokerFaults, WhatComesBackCanBeLostOrLate) {
  for (const bool lose : {false, true}) {
    BrokerWorld world;
    Fickle fickle;
    fickle.lose = lose;
    Broker broker(world, fickle);
    world.now = TimePoint(1s);
    Peer named = world.open("consumer");
    const ConnectionId id = broker.open("consumer", world.now);
    ASSERT_EQ(id, named.id());
    broker.declare_queue(id, 1, {.queue = "q"}, world.now);
    broker.consume(id, 2, "q", "c", world.now);
    broker.publish(id, 1, 7, {.routing_key = "q", .message = {.body = "m"}}, world.now);
    EXPECT_THAT(world.heard(), ElementsAre("consumer got m"));
    broker.reject(id, 1, true, world.now);
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
  fickle.unroutable = 7;
  Broker broker(world, fickle);
  Peer named = world.open("peer");
  const ConnectionId id = broker.open("peer", world.now);
  ASSERT_EQ(id, named.id());
  broker.declare_queue(id, 1, {.queue = "q"}, world.now);
  broker.confirm_select(id, 2, world.now);
  broker.publish(id, 1, 7, {.routing_key = "q", .mandatory = true, .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(),
              ElementsAre("peer returned m from '' q: 312 NO_ROUTE", "peer confirmed 1"));
  broker.publish(id, 2, 8, {.routing_key = "q", .message = {.body = "m"}}, world.now);
  EXPECT_EQ(broker.ready("q"), 1U);
}

TEST(BrokerFaults, WhatIsRefusedIsNackedAndNeitherQueuedNorReturned) {
  BrokerWorld world;
  Fickle fickle;
  fickle.refused = 7;
  Broker broker(world, fickle);
  Peer named = world.open("peer");
  const ConnectionId id = broker.open("peer", world.now);
  ASSERT_EQ(id, named.id());
  broker.declare_queue(id, 1, {.queue = "q"}, world.now);
  broker.confirm_select(id, 2, world.now);
  broker.publish(id, 1, 7, {.routing_key = "q", .mandatory = true, .message = {.body = "m"}},
                 world.now);
  EXPECT_THAT(world.heard(), ElementsAre("peer refused 1"));
  EXPECT_EQ(broker.ready("q"), 0U);
  broker.publish(id, 2, 8, {.routing_key = "q", .message = {.body = "m"}}, world.now);
  EXPECT_THAT(world.heard(), ElementsAre("peer confirmed 2"));
  EXPECT_EQ(broker.ready("q"), 1U);
}

}  // namespace
}  // namespace castaway::sim
