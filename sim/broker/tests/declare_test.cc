// What may be declared, bound and consumed, and what the broker says if it may not. Source: AMQP
// 0-9-1, 1.6.2.1 exchange.declare, 1.7.2.1 queue.declare, 1.7.2.3 queue.bind and 1.8.3.3
// basic.consume; the texts are those of RabbitMQ 3.x.

#include <functional>

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokerDeclare : public ::testing::Test {
 protected:
  /// What `other` hears when it declares after `peer` did.
  template <typename Declaration>
  std::vector<std::string> redeclare(const Declaration& first, const Declaration& second) {
    peer.declare(first);
    world.heard();
    other.declare(second);
    return world.heard();
  }

  BrokerWorld world = {};
  Peer peer = world.open("peer");
  Peer other = world.open("other");
};

TEST_F(BrokerDeclare, EveryRequestIsAnsweredByItsNumber) {
  world.with_ok = true;
  peer.declare({.exchange = "x"});
  peer.declare({.queue = "q"});
  peer.bind("q", "x", "key");
  peer.prefetch(1);
  peer.confirm_select();
  peer.consume("q");
  peer.cancel();
  peer.remove("q");
  EXPECT_THAT(world.heard(), ElementsAre("peer ok", "peer ok", "peer ok", "peer ok", "peer ok",
                                         "peer ok", "peer ok", "peer ok"));
}

TEST_F(BrokerDeclare, DeclaringTheSameExchangeAgainIsFine) {
  const ExchangeDeclaration x = {.exchange = "x", .type = "fanout", .auto_delete = true};
  EXPECT_THAT(redeclare(x, x), IsEmpty());
  EXPECT_TRUE(world.broker.has_exchange("x"));
}

// The first is what a recorded RabbitMQ said to oslo.messaging.
TEST_F(BrokerDeclare, AnExchangeOfAnotherDurabilityIsRefused) {
  EXPECT_THAT(redeclare<ExchangeDeclaration>({.exchange = "openstack"},
                                             {.exchange = "openstack", .durable = true}),
              ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for "
                          "exchange 'openstack' in vhost '/': received 'true' but current is "
                          "'false'"));
}

TEST_F(BrokerDeclare, AnExchangeOfAnotherTypeIsRefused) {
  EXPECT_THAT(
      redeclare<ExchangeDeclaration>({.exchange = "x"}, {.exchange = "x", .type = "direct"}),
      ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'type' for "
                  "exchange 'x' in vhost '/': received 'direct' but current is 'topic'"));
}

TEST_F(BrokerDeclare, AnExchangeThatIsDeletedByItselfOrNotIsRefused) {
  EXPECT_THAT(
      redeclare<ExchangeDeclaration>({.exchange = "x", .auto_delete = true}, {.exchange = "x"}),
      ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'auto_delete' for "
                  "exchange 'x' in vhost '/': received 'false' but current is 'true'"));
}

TEST_F(BrokerDeclare, AnUnknownExchangeTypeIsAnErrorOfTheConnection) {
  peer.declare({.exchange = "x", .type = "random"});
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 503 COMMAND_INVALID - unknown exchange type 'random'"));
}

// 1.6.2.1: names that begin with "amq." are the server's.
TEST_F(BrokerDeclare, ReservedNamesAreRefused) {
  peer.declare({.exchange = "amq.mine"});
  other.declare({.queue = "amq.mine"});
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 403 ACCESS_REFUSED - exchange name 'amq.mine' "
                          "contains reserved prefix 'amq.*'",
                          "other closed: 403 ACCESS_REFUSED - queue name 'amq.mine' "
                          "contains reserved prefix 'amq.*'"));
}

TEST_F(BrokerDeclare, APredeclaredExchangeMayBeDeclaredAsItIs) {
  peer.declare({.exchange = "amq.topic", .type = "topic", .durable = true});
  EXPECT_THAT(world.heard(), IsEmpty());
}

TEST_F(BrokerDeclare, TheDefaultExchangeCannotBeDeclaredOrBound) {
  peer.declare({.exchange = ""});
  other.bind("q", "", "key");
  EXPECT_THAT(
      world.heard(),
      ElementsAre(
          "peer closed: 403 ACCESS_REFUSED - operation not permitted on the default exchange",
          "other closed: 403 ACCESS_REFUSED - operation not permitted on the default "
          "exchange"));
}

TEST_F(BrokerDeclare, DeclaringTheSameQueueAgainIsFineAndKeepsItsMessages) {
  const QueueDeclaration q = {.queue = "q", .durable = true, .arguments = {{"x-expires", 1000}}};
  peer.declare(q);
  peer.publish("q", "m1");
  EXPECT_THAT(redeclare(q, q), IsEmpty());
  EXPECT_EQ(world.broker.ready("q"), 1u);
}

TEST_F(BrokerDeclare, AQueueOfOtherFlagsIsRefused) {
  EXPECT_THAT(redeclare<QueueDeclaration>({.queue = "q"}, {.queue = "q", .durable = true}),
              ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'durable' for "
                          "queue 'q' in vhost '/': received 'true' but current is 'false'"));
  peer.declare({.queue = "q", .auto_delete = true});
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 406 PRECONDITION_FAILED - inequivalent arg "
                          "'auto_delete' for queue 'q' in vhost '/': received 'true' "
                          "but current is 'false'"));
}

TEST_F(BrokerDeclare, AQueueOfOtherArgumentsIsRefused) {
  EXPECT_THAT(
      redeclare<QueueDeclaration>({.queue = "q", .arguments = {{"x-expires", 1000}}},
                                  {.queue = "q", .arguments = {{"x-expires", 2000}}}),
      ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-expires' for "
                  "queue 'q' in vhost '/': received '2000' but current is '1000'"));
  peer.declare({.queue = "q"});
  EXPECT_THAT(
      world.heard(),
      ElementsAre("peer closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-expires' for queue "
                  "'q' in vhost '/': received none but current is the value '1000' of "
                  "type 'signedint'"));
}

TEST_F(BrokerDeclare, ArgumentsAreComparedWithTheirTypes) {
  EXPECT_THAT(
      redeclare<QueueDeclaration>({.queue = "q", .arguments = {{"x-expires", 1000}}},
                                  {.queue = "q", .arguments = {{"x-expires", "1000"}}}),
      ElementsAre("other closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-expires' for "
                  "queue 'q' in vhost '/': received '1000' but current is '1000'"));
  peer.declare({.queue = "q", .arguments = {{"x-expires", 1000}, {"x-max-length", 5000000000}}});
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 406 PRECONDITION_FAILED - inequivalent arg 'x-max-length' "
                          "for queue 'q' in vhost '/': received the value '5000000000' of type "
                          "'long' but current is none"));
}

TEST_F(BrokerDeclare, ArgumentsThatMeanNothingMayDiffer) {
  EXPECT_THAT(redeclare<QueueDeclaration>({.queue = "q", .arguments = {{"x-a", true}}},
                                          {.queue = "q", .arguments = {{"x-b", "true"}}}),
              IsEmpty());
}

// 4.2.5.3: a short string has its length in one byte.
TEST_F(BrokerDeclare, ANameLongerThanAFrameCanSayIsRefused) {
  const std::string longest(255, 'n');
  const std::string too_long(256, 'n');
  const std::vector<std::function<void(Peer&, const std::string&)>> uses = {
      [](Peer& each, const std::string& name) { each.declare({.queue = name}); },
      [](Peer& each, const std::string& name) { each.declare({.exchange = name}); },
      [](Peer& each, const std::string& name) { each.bind("q", "amq.topic", name); },
      [](Peer& each, const std::string& name) { each.consume("q", name); },
      [](Peer& each, const std::string& name) { each.publish({.routing_key = name}); },
  };
  peer.declare({.queue = "q"});
  for (const auto& use : uses) {
    use(peer, longest);
    EXPECT_THAT(world.heard(), IsEmpty());
    Peer another = world.open("other");
    use(another, too_long);
    EXPECT_THAT(world.heard(), ElementsAre("other closed: 502 SYNTAX_ERROR - a name of 256 bytes, "
                                           "and 255 fit a short string"));
  }
}

// 1.7.2.1, passive: only whether it is there.
TEST_F(BrokerDeclare, APassiveDeclarationOnlyAsks) {
  EXPECT_THAT(
      redeclare<QueueDeclaration>({.queue = "q", .durable = true}, {.queue = "q", .passive = true}),
      IsEmpty());
  other.declare({.queue = "missing", .passive = true});
  EXPECT_THAT(world.heard(),
              ElementsAre("other closed: 404 NOT_FOUND - no queue 'missing' in vhost '/'"));
  EXPECT_THAT(world.broker.queues(), ElementsAre("q"));
}

TEST_F(BrokerDeclare, BindingWhatIsNotThereIsAnError) {
  peer.bind("q", "x", "key");
  other.declare({.exchange = "x"});
  other.bind("q", "x", "key");
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 404 NOT_FOUND - no exchange 'x' in vhost '/'",
                          "other closed: 404 NOT_FOUND - no queue 'q' in vhost '/'"));
}

TEST_F(BrokerDeclare, ConsumingFromAMissingQueueIsAnError) {
  peer.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("peer closed: 404 NOT_FOUND - no queue 'q' in vhost '/'"));
}

// 1.8.3.3: a consumer tag is unique on its channel; two connections may use the same.
TEST_F(BrokerDeclare, AConsumerTagCannotBeUsedTwice) {
  peer.declare({.queue = "q"});
  peer.consume("q", "1");
  other.consume("q", "1");
  EXPECT_THAT(world.heard(), IsEmpty());
  peer.consume("q", "1");
  EXPECT_THAT(world.heard(),
              ElementsAre("peer closed: 530 NOT_ALLOWED - attempt to reuse consumer tag '1'"));
}

}  // namespace
}  // namespace castaway::sim
