// What a publisher hears of its messages. Source: RabbitMQ, publisher confirms; AMQP 0-9-1, 1.8.3.7
// basic.publish and 1.8.3.8 basic.return.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Confirmed {
  Confirmed() {
    publisher.confirm_select();
    publisher.declare({.queue = "q"});
  }

  BrokerWorld world = {};
  Peer publisher = world.open("publisher");
};

TEST(BrokerConfirm, EachMessageIsConfirmedInTheOrderOfPublishing) {
  Confirmed given;
  given.publisher.publish("q", "m1");
  given.publisher.publish("q", "m2");
  EXPECT_THAT(given.world.heard(), ElementsAre("publisher confirmed 1", "publisher confirmed 2"));
}

TEST(BrokerConfirm, WithoutConfirmSelectThereAreNone) {
  BrokerWorld world;
  Peer publisher = world.open("publisher");
  publisher.declare({.queue = "q"});
  publisher.publish("q", "m1");
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_EQ(world.broker.ready("q"), 1u);
}

TEST(BrokerConfirm, ConfirmSelectIsForTheConnectionThatAsked) {
  Confirmed given;
  Peer other = given.world.open("other");
  other.publish("q", "m1");
  EXPECT_THAT(given.world.heard(), IsEmpty());
}

TEST(BrokerConfirm, AMessageThatNoQueueTakesIsConfirmedAndDropped) {
  Confirmed given;
  given.publisher.publish("nowhere", "m1");
  EXPECT_THAT(given.world.heard(), ElementsAre("publisher confirmed 1"));
}

// 1.8.3.7: mandatory asks for a message that cannot be routed to be returned.
TEST(BrokerConfirm, AMandatoryOneIsReturnedBeforeItsConfirm) {
  Confirmed given;
  given.publisher.publish({.exchange = "amq.topic",
                           .routing_key = "nowhere",
                           .mandatory = true,
                           .message = {.body = "m1"}});
  EXPECT_THAT(given.world.heard(),
              ElementsAre("publisher returned m1 from 'amq.topic' nowhere: 312 NO_ROUTE",
                          "publisher confirmed 1"));
}

TEST(BrokerConfirm, WhatIsReturnedIsTheWholeMessage) {
  Confirmed given;
  const Message message = {.properties = {.content_type = "application/json", .priority = 0},
                           .body = "m1"};
  given.publisher.publish({.routing_key = "nowhere", .mandatory = true, .message = message});
  EXPECT_EQ(*given.world.last_returned.content, amqp::to_amqp(message));
}

TEST(BrokerConfirm, AMandatoryOneThatAQueueTakesIsNotReturned) {
  Confirmed given;
  given.publisher.publish({.routing_key = "q", .mandatory = true});
  EXPECT_THAT(given.world.heard(), ElementsAre("publisher confirmed 1"));
}

TEST(BrokerConfirm, AMandatoryOneIsReturnedEvenWithoutConfirms) {
  BrokerWorld world;
  Peer publisher = world.open("publisher");
  publisher.publish({.routing_key = "nowhere", .mandatory = true, .message = {.body = "m1"}});
  EXPECT_THAT(world.heard(), ElementsAre("publisher returned m1 from '' nowhere: 312 NO_ROUTE"));
}

TEST(BrokerConfirm, TheConfirmComesBeforeTheDelivery) {
  Confirmed given;
  given.publisher.consume("q");
  given.publisher.publish("q", "m1");
  EXPECT_THAT(given.world.heard(), ElementsAre("publisher confirmed 1", "publisher got m1"));
}

// 1.8.3.7: publishing to an exchange that is not there is an error of the channel.
TEST(BrokerConfirm, AMissingExchangeClosesTheChannelAfterTheEarlierConfirms) {
  Confirmed given;
  given.publisher.publish("q", "m1");
  given.publisher.publish({.exchange = "x", .message = {.body = "m2"}});
  given.publisher.publish("q", "m3");
  EXPECT_THAT(given.world.heard(),
              ElementsAre("publisher confirmed 1",
                          "publisher closed: 404 NOT_FOUND - no exchange 'x' in vhost '/'"));
  EXPECT_THAT(given.world.notes, ElementsAre("1 accepted by 1"));
}

TEST(BrokerConfirm, AMessageThatAFaultLosesIsConfirmedAllTheSame) {
  Confirmed given;
  given.world.placements["m1"] = {};
  given.publisher.publish({.routing_key = "q", .mandatory = true, .message = {.body = "m1"}});
  EXPECT_THAT(given.world.heard(), ElementsAre("publisher confirmed 1"));
  EXPECT_EQ(given.world.broker.ready("q"), 0u);
}

}  // namespace
}  // namespace castaway::sim
