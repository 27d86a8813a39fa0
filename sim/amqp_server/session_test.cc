// The good path of a session, over a simulated network and broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

TEST(Session, GreetsAndTunesAsRabbitMQ) {
  SessionWorld world;
  SessionClient& client = world.connect("nova");
  client.send(amqp::protocol_header);
  EXPECT_THAT(client.heard(), ElementsAre("0 connection.start"));
  client.say(0, amqp::ConnectionStartOk{.mechanism = "PLAIN",
                                        .response = std::string("\0guest\0guest", 12)});
  EXPECT_THAT(client.heard(), ElementsAre("0 connection.tune 2047 131072 60"));
  client.say(0, amqp::ConnectionTuneOk{2047, 131072, 60});
  client.say(0, amqp::ConnectionOpen());
  EXPECT_THAT(client.heard(), ElementsAre("0 connection.open-ok"));
}

TEST(Session, CarriesAMessageFromItsPublisherToItsConsumer) {
  SessionWorld world;
  SessionClient& server = world.connect("server");
  server.log_in();
  server.say(1, amqp::ChannelOpen());
  server.say(1, amqp::ExchangeDeclare{.exchange = "openstack", .type = "topic"});
  server.say(1, amqp::QueueDeclare{.queue = "compute"});
  server.say(1, amqp::QueueBind{.queue = "compute", .exchange = "openstack", .routing_key = "c"});
  server.say(1, amqp::BasicConsume{.queue = "compute", .consumer_tag = "t"});
  EXPECT_THAT(server.heard(), ElementsAre("1 channel.open-ok", "1 exchange.declare-ok",
                                          "1 queue.declare-ok compute 0 0", "1 queue.bind-ok",
                                          "1 basic.consume-ok t"));
  SessionClient& client = world.connect("client");
  client.log_in();
  client.say(1, amqp::ChannelOpen());
  client.say(1, amqp::ConfirmSelect());
  client.publish(1, {.exchange = "openstack", .routing_key = "c"}, {.body = "hello"});
  EXPECT_THAT(client.heard(),
              ElementsAre("1 channel.open-ok", "1 confirm.select-ok", "1 basic.ack 1"));
  EXPECT_THAT(server.heard(),
              ElementsAre("1 basic.deliver t 1 openstack c", "1 header 5", "1 body hello"));
  EXPECT_EQ(world.broker().unacknowledged("compute"), 1U);
  server.say(1, amqp::BasicAck{1});
  EXPECT_EQ(world.broker().unacknowledged("compute"), 0U);
  server.say(1, amqp::ChannelClose());
  server.say(0, amqp::ConnectionClose());
  EXPECT_THAT(server.heard(), ElementsAre("1 channel.close-ok", "0 connection.close-ok"));
  EXPECT_FALSE(server.session().over());
  server.session().ended();
  EXPECT_TRUE(server.session().over());
}

}  // namespace
}  // namespace castaway::sim
