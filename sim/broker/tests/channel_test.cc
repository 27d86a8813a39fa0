// Channels of one connection, where sim/broker/scripts does not reach: what is said of methods and
// answers, and what clients do that a script cannot. Source: AMQP 0-9-1, 1.5 and 1.8; RabbitMQ.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokerChannel : public ::testing::Test {
 protected:
  [[nodiscard]] const amqp::ChannelClose& last_close() const {
    return std::get<amqp::ChannelClose>(world.last_said);
  }

  BrokerWorld world = {};
  Peer first = world.open("client");
  Peer second = first.open_channel(2);
};

TEST_F(BrokerChannel, ItsErrorSaysWhichMethodWasAtFault) {
  second.consume("nowhere");
  EXPECT_EQ(last_close().class_id, 60);
  EXPECT_EQ(last_close().method_id, 20);
  Peer third = first.open_channel(3);
  third.publish({.exchange = "nowhere"});
  EXPECT_EQ(last_close().class_id, 60);
  EXPECT_EQ(last_close().method_id, 40);
}

TEST_F(BrokerChannel, NothingIsReadOfOneThatWasClosedUntilItSaysSo) {
  second.consume("nowhere");
  (void)world.heard();
  second.declare(QueueDeclaration{.queue = "q"});
  second.publish("q", "m1");
  EXPECT_FALSE(world.broker.has_queue("q"));
  EXPECT_THAT(world.heard(), IsEmpty());
  second.say(amqp::ChannelCloseOk{});
  second.say(amqp::ChannelOpen{});
  EXPECT_TRUE(std::holds_alternative<amqp::ChannelOpenOk>(world.last_said));
  second.declare(QueueDeclaration{.queue = "q"});
  EXPECT_TRUE(world.broker.has_queue("q"));
}

TEST_F(BrokerChannel, ToOpenOneThatWasClosedAndHasNotSaidSoEndsTheConnection) {
  second.consume("nowhere");
  (void)world.heard();
  second.say(amqp::ChannelOpen{});
  EXPECT_THAT(world.heard(),
              ElementsAre("client closed: 504 CHANNEL_ERROR - second 'channel.open' seen"));
}

TEST_F(BrokerChannel, BothMayCloseAtOnce) {
  second.consume("nowhere");
  second.say(amqp::ChannelClose{});
  EXPECT_TRUE(std::holds_alternative<amqp::ChannelCloseOk>(world.last_said));
  second.say(amqp::ChannelCloseOk{});
  first.declare(QueueDeclaration{.queue = "q"});
  EXPECT_TRUE(world.broker.has_queue("q"));
}

TEST_F(BrokerChannel, OneThatIsNotOpenOrOpenTwiceEndsTheConnection) {
  world.take({first.id(), 7}, amqp::BasicQos{});
  EXPECT_THAT(world.heard(),
              ElementsAre("client closed: 504 CHANNEL_ERROR - expected 'channel.open'"));
  Peer another = world.open("other");
  another.say(amqp::ChannelOpen{});
  EXPECT_THAT(world.heard(),
              ElementsAre("other closed: 504 CHANNEL_ERROR - second 'channel.open' seen"));
}

TEST_F(BrokerChannel, WhatIsNotImplementedEndsTheConnection) {
  const std::vector<std::pair<amqp::Method, std::string>> cases = {
      {amqp::BasicQos{.prefetch_size = 9}, "prefetch_size!=0 (9)"},
      {amqp::ChannelFlow{.active = false}, "channel.flow"},
      {amqp::BasicRecover{.requeue = false}, "requeue=false"},
  };
  for (const auto& [method, what] : cases) {
    Peer peer = world.open("peer");
    peer.say(method);
    EXPECT_THAT(world.heard(), ElementsAre("peer closed: 540 NOT_IMPLEMENTED - " + what));
  }
  Peer peer = world.open("peer");
  peer.send({.routing_key = "q", .immediate = true});
  EXPECT_THAT(world.heard(), ElementsAre("peer closed: 540 NOT_IMPLEMENTED - immediate=true"));
}

TEST_F(BrokerChannel, WhoDoesNotWaitIsNotAnswered) {
  world.with_ok = true;
  first.say(amqp::QueueDeclare{.queue = "q", .no_wait = true});
  first.say(amqp::ExchangeDeclare{.exchange = "x", .no_wait = true});
  first.say(amqp::QueueBind{.queue = "q", .exchange = "x", .routing_key = "k", .no_wait = true});
  first.say(amqp::ConfirmSelect{.no_wait = true});
  first.say(amqp::BasicConsume{.queue = "q", .consumer_tag = "c", .no_wait = true});
  first.say(amqp::BasicCancel{.consumer_tag = "c", .no_wait = true});
  first.say(amqp::QueuePurge{.queue = "q", .no_wait = true});
  first.say(amqp::QueueDelete{.queue = "q", .no_wait = true});
  first.say(amqp::ExchangeDelete{.exchange = "x", .no_wait = true});
  EXPECT_THAT(world.heard(), IsEmpty());
  EXPECT_THAT(world.broker.queues(), IsEmpty());
  EXPECT_FALSE(world.broker.has_exchange("x"));
}

TEST_F(BrokerChannel, ADeclarationIsAnsweredWithWhatIsThere) {
  first.declare(QueueDeclaration{.queue = "q"});
  second.consume("q");
  second.cancel();
  first.publish("q", "m1");
  first.publish("q", "m2");
  second.prefetch(1);
  second.consume("q");
  first.declare(QueueDeclaration{.queue = "q"});
  EXPECT_EQ(std::get<amqp::QueueDeclareOk>(world.last_said), (amqp::QueueDeclareOk{"q", 1, 1}));
  first.say(amqp::QueueDelete{.queue = "q"});
  EXPECT_EQ(std::get<amqp::QueueDeleteOk>(world.last_said).message_count, 1U);
}

TEST_F(BrokerChannel, TheNameThatTheBrokerMadeUpIsInItsAnswer) {
  first.say(amqp::QueueDeclare{});
  const std::string name = std::get<amqp::QueueDeclareOk>(world.last_said).queue;
  EXPECT_TRUE(name.starts_with("amq.gen-")) << name;
  second.say(amqp::QueueDeclare{});
  EXPECT_NE(std::get<amqp::QueueDeclareOk>(world.last_said).queue, name);
  // Nobody else may choose such a name, not even that of a queue that is there.
  first.declare(QueueDeclaration{.queue = name});
  EXPECT_THAT(world.heard(), ElementsAre("client closed: 403 ACCESS_REFUSED - queue name '" + name +
                                         "' contains reserved prefix 'amq.*'"));
}

TEST_F(BrokerChannel, TheConsumerOfAnUnnamedTagHearsWhichItIs) {
  first.declare(QueueDeclaration{.queue = "q"});
  first.say(amqp::BasicConsume{.queue = "q"});
  const std::string tag = std::get<amqp::BasicConsumeOk>(world.last_said).consumer_tag;
  EXPECT_TRUE(tag.starts_with("amq.ctag-")) << tag;
  first.publish("q", "m1");
  EXPECT_EQ(world.last_delivery.method.consumer_tag, tag);
}

TEST_F(BrokerChannel, AMessageArrivesWithAllThatItHas) {
  const amqp::Message message = {
      .properties = {.content_type = "",
                     .content_encoding = "utf-8",
                     .headers = amqp::FieldTable{{"b", std::uint8_t{1}},
                                                 {"a", amqp::FieldArray{true, "x", 1.5}},
                                                 {"b", amqp::FieldTable{{"deep", 1}}}},
                     .delivery_mode = std::uint8_t{1},
                     .priority = std::uint8_t{9},
                     .correlation_id = "id-1",
                     .reply_to = "replies",
                     .expiration = "60000",
                     .message_id = "m-1",
                     .timestamp = amqp::Timestamp{1'700'000'000},
                     .type = "order",
                     .user_id = "guest",
                     .app_id = "shop",
                     .cluster_id = "eu"},
      .body = "m1"};
  first.declare(QueueDeclaration{.queue = "q"});
  second.consume("q");
  first.send({.routing_key = "q", .message = message});
  EXPECT_EQ(*world.last_delivery.content, message);
  second.reject("m1", true);
  EXPECT_EQ(*world.last_delivery.content, message);
}

TEST_F(BrokerChannel, AnIntegerIsTheSameInAnyWidth) {
  const auto declare = [&](const amqp::FieldValue& length) {
    first.say(amqp::QueueDeclare{.queue = "q", .arguments = {{"x-max-length", length}}});
  };
  declare(5);
  declare(std::int64_t{5});
  declare(std::uint8_t{5});
  EXPECT_THAT(world.heard(), IsEmpty());
  declare(5.0);
  EXPECT_THAT(world.heard(), ElementsAre(testing::StartsWith("client closed: 406 ")));
}

TEST_F(BrokerChannel, ATypeThatIsWrongIsNamed) {
  const std::vector<std::pair<amqp::FieldValue, std::string>> cases = {
      {1.5, "double"},
      {amqp::FieldTable{}, "table"},
      {amqp::FieldArray{}, "array"},
      {amqp::Timestamp{1}, "timestamp"},
      {amqp::FieldValue(), "void"},
      {amqp::ByteArray{"1"}, "binary"},
  };
  for (const auto& [value, type] : cases) {
    Peer peer = world.open("peer");
    peer.say(amqp::QueueDeclare{.queue = "q", .arguments = {{"x-max-length", value}}});
    EXPECT_THAT(world.heard(),
                ElementsAre("peer closed: 406 PRECONDITION_FAILED - invalid arg 'x-max-length' for "
                            "queue 'q' in vhost '/': \"expected integer, got " +
                            type + "\""));
  }
}

TEST_F(BrokerChannel, WhatNeedsNoAcknowledgementIsSettledByTheBroker) {
  first.declare(QueueDeclaration{.queue = "q"});
  second.say(amqp::BasicConsume{.queue = "q", .consumer_tag = "c", .no_ack = true});
  first.publish("q", "m1");
  EXPECT_THAT(world.notes, ElementsAre("1 accepted by 1", "1.1 acknowledged"));
  EXPECT_EQ(world.broker.unacknowledged("q"), 0U);
}

TEST_F(BrokerChannel, ALostConnectionTakesEachWithIt) {
  first.declare(QueueDeclaration{.queue = "q"});
  first.prefetch(1);
  second.prefetch(1);
  first.consume("q", "1");
  second.consume("q", "2");
  first.publish("q", "m1");
  first.publish("q", "m2");
  (void)world.heard();
  first.lose();
  EXPECT_EQ(world.broker.ready("q"), 2U);
  Peer other = world.open("other");
  other.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("other got m1 attempt 2 redelivered",
                                         "other got m2 attempt 2 redelivered"));
}

}  // namespace
}  // namespace castaway::sim
