// What is over is forgotten: links, messages, queues. A broker that runs for hours holds no more
// than what is open, queued or under way.

#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "network_world_fixture.h"

namespace castaway::sim {
namespace {

constexpr int many_links = 10'000;
constexpr int many_messages = 100'000;
constexpr std::size_t few = 40;

amqp::FieldTable dead_letters_to(const std::string& queue) {
  return {{"x-dead-letter-exchange", std::string()}, {"x-dead-letter-routing-key", queue}};
}

void acknowledge(NetworkPeer& peer, std::uint64_t tag) { peer.say(amqp::BasicAck{tag}); }
void reject(NetworkPeer& peer, std::uint64_t tag) { peer.say(amqp::BasicReject{tag, false}); }

/// Publishes them, not all at once.
void publish_many(NetworkWorld& world, NetworkPeer& peer, const std::string& queue,
                  const amqp::Publication& publication = {}) {
  for (int i = 0; i < many_messages; ++i) {
    peer.publish(queue, publication);
    if (i % 100 == 0) world.pass(1ms);
  }
  world.run();
}

struct Ending {
  std::string name = {};
  std::function<void(NetworkWorld&, NetworkPeer&)> end = {};
};

void PrintTo(const Ending& ending, std::ostream* out) { *out << ending.name; }

class ForgottenLinks : public testing::TestWithParam<Ending> {};

TEST_P(ForgottenLinks, TenThousandLeaveFew) {
  NetworkWorld world;
  for (int i = 0; i < many_links; ++i) {
    NetworkPeer peer(world, "p", acknowledge);
    // Some are given up before they are open, some before they are closed.
    world.pass(std::chrono::microseconds(i % 13 * 250));
    peer.say(amqp::QueueDeclare{.queue = "q" + std::to_string(i), .exclusive = true});
    peer.consume("q" + std::to_string(i));
    peer.publish("q" + std::to_string(i));
    world.pass(std::chrono::microseconds(i % 11 * 250));
    GetParam().end(world, peer);
    ASSERT_LE(world.network().known_links(), few);
  }
  world.run();
  EXPECT_EQ(world.broker().connections(), 0U);
  EXPECT_EQ(world.broker().queues().size(), 0U);
  EXPECT_EQ(world.network().known_messages(), 0U);
  EXPECT_EQ(world.network().known_queues(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Endings, ForgottenLinks,
                         testing::Values(Ending{"abandoned", [](NetworkWorld&, NetworkPeer&) {}},
                                         Ending{"closed",
                                                [](NetworkWorld& world, NetworkPeer& peer) {
                                                  peer.say_goodbye();
                                                  world.run();
                                                }},
                                         Ending{"refused",
                                                [](NetworkWorld& world, NetworkPeer& peer) {
                                                  peer.say(amqp::ExchangeDeclare{
                                                      .exchange = "x", .type = "no such type"});
                                                  world.run();
                                                }},
                                         Ending{"cut",
                                                [](NetworkWorld& world, NetworkPeer&) {
                                                  world.network().disconnect({.for_ = 1us}, "p");
                                                  world.pass(1us);
                                                }},
                                         Ending{"cut_off",
                                                [](NetworkWorld& world, NetworkPeer&) {
                                                  world.network().disconnect({.for_ = 4ms}, "p");
                                                }},
                                         Ending{"half_open",
                                                [](NetworkWorld& world, NetworkPeer&) {
                                                  world.network().disconnect(
                                                      {.for_ = 2ms, .half_open = true}, "p");
                                                  world.pass(3ms);
                                                }},
                                         Ending{"restart",
                                                [](NetworkWorld& world, NetworkPeer&) {
                                                  static_cast<void>(world.network().restart_broker(
                                                      {.for_ = 1us, .keep_durable = false},
                                                      check::no_event));
                                                  world.pass(1us);
                                                }}),
                         [](const auto& info) { return info.param.name; });

TEST(ForgottenMessages, AcknowledgedOnes) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  NetworkPeer consumer(world, "c", acknowledge);
  publisher.say(amqp::ConfirmSelect{});
  consumer.say(amqp::QueueDeclare{.queue = "q"});
  consumer.consume("q");
  publish_many(world, publisher, "q");
  EXPECT_EQ(consumer.delivered(), many_messages);
  EXPECT_EQ(publisher.confirmed(), many_messages);
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ThoseOfAConsumerThatAcknowledgesNothing) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  NetworkPeer consumer(world, "c");
  consumer.say(amqp::QueueDeclare{.queue = "q"});
  consumer.consume("q", true);
  publish_many(world, publisher, "q");
  EXPECT_EQ(consumer.delivered(), many_messages);
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, RejectedOnes) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  NetworkPeer consumer(world, "c", reject);
  consumer.say(amqp::QueueDeclare{.queue = "q"});
  consumer.consume("q");
  publish_many(world, publisher, "q");
  EXPECT_EQ(consumer.delivered(), many_messages);
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, DeadLetters) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  NetworkPeer consumer(world, "c", reject);
  NetworkPeer undertaker(world, "u", acknowledge);
  undertaker.say(amqp::QueueDeclare{.queue = "dead"});
  undertaker.consume("dead");
  consumer.say(amqp::QueueDeclare{.queue = "q", .arguments = dead_letters_to("dead")});
  consumer.consume("q");
  publish_many(world, publisher, "q");
  EXPECT_EQ(undertaker.delivered(), many_messages);
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ExpiredOnes) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  publisher.say(amqp::QueueDeclare{.queue = "q"});
  amqp::Publication brief;
  brief.message.properties.expiration = "1";
  publish_many(world, publisher, "q", brief);
  world.pass(2ms);
  // Nobody sees them go until something happens to the queue.
  EXPECT_LT(world.network().known_messages(), 1000U);
  publisher.say(amqp::QueueDeclare{.queue = "q"});
  world.run();
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, UnroutableOnes) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  publisher.say(amqp::ConfirmSelect{});
  publish_many(world, publisher, "nowhere", {.mandatory = true});
  EXPECT_EQ(publisher.returned(), many_messages);
  EXPECT_EQ(publisher.confirmed(), many_messages);
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ThoseThatAFullQueueDropsOrRefuses) {
  NetworkWorld world;
  NetworkPeer publisher(world, "p");
  publisher.say(amqp::ConfirmSelect{});
  publisher.say(amqp::QueueDeclare{.queue = "drops", .arguments = {{"x-max-length", 10}}});
  publisher.say(amqp::QueueDeclare{
      .queue = "refuses",
      .arguments = {{"x-max-length", 10}, {"x-overflow", std::string("reject-publish")}}});
  publish_many(world, publisher, "drops");
  publish_many(world, publisher, "refuses");
  EXPECT_EQ(publisher.confirmed(), 2 * many_messages);
  EXPECT_EQ(world.network().known_messages(), 20U);
}

TEST(ForgottenMessages, ThoseUnderWayWhenTheLinkIsCut) {
  NetworkWorld world;
  NetworkPeer keeper(world, "k");
  keeper.say(amqp::QueueDeclare{.queue = "q"});
  world.run();
  for (int i = 0; i < 1000; ++i) {
    NetworkPeer publisher(world, "p");
    NetworkPeer consumer(world, "c", acknowledge);
    consumer.consume("q");
    for (int frame = 0; frame < 20; ++frame) {
      publisher.publish("q");
      world.pass(100us);
    }
    world.network().disconnect({.for_ = 1us}, i % 2 == 0 ? "p" : "c");
    world.pass(1us);
    ASSERT_LE(world.network().known_messages(), 200U);
  }
  world.run();
  keeper.say(amqp::QueueDelete{.queue = "q"});
  world.run();
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ThoseOfALinkThatNobodyWillUseAgain) {
  NetworkWorld world;
  NetworkPeer consumer(world, "c");
  consumer.say(amqp::QueueDeclare{.queue = "q"});
  consumer.consume("q");
  for (int i = 0; i < 10; ++i) consumer.publish("q");
  world.run();
  EXPECT_EQ(world.network().known_messages(), 10U);
  // What it publishes behind its end goes nowhere.
  consumer.say(amqp::QueueDelete{.queue = "q"});
  consumer.say(amqp::ExchangeDeclare{.exchange = "x", .type = "no such type"});
  for (int i = 0; i < 10; ++i) consumer.publish("q");
  world.run();
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ThoseOfAChannelThatGivesThemBack) {
  NetworkWorld world;
  NetworkPeer keeper(world, "k");
  NetworkPeer consumer(world, "c");
  keeper.say(amqp::QueueDeclare{.queue = "q"});
  keeper.publish("q");
  for (int i = 0; i < 100; ++i) {
    consumer.consume("q");
    world.run();
    if (i % 2 == 0) {
      consumer.say(amqp::BasicRecover{.requeue = true});
      world.run();
    }
    consumer.say(amqp::ChannelClose{});
    consumer.say(amqp::ChannelOpen{});
  }
  world.run();
  EXPECT_EQ(consumer.delivered(), 150);
  keeper.say(amqp::QueueDelete{.queue = "q"});
  world.run();
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenMessages, ThoseThatAreHeldForAnEventThatNeverComes) {
  const EventPattern never_seen{.ev = "link", .what = "lost"};
  NetworkWorld world(
      {{.id = "hold", .on = {.edge = Edge::request}, .action = HoldUntil{never_seen}}});
  NetworkPeer peer(world, "p");
  for (int i = 0; i < 1000; ++i) {
    peer.say(amqp::QueueDeclare{.queue = "q"});
    peer.publish("q");
    peer.say(amqp::QueueDelete{.queue = "q"});
    world.run();
    ASSERT_LE(world.faults().watches(), few);
  }
  EXPECT_EQ(world.faults().fired(), std::vector<std::uint64_t>{1000});
  EXPECT_EQ(world.network().known_messages(), 0U);
}

TEST(ForgottenQueues, FreshReplyQueuesOfOneConnection) {
  NetworkWorld world;
  NetworkPeer peer(world, "p", acknowledge);
  for (int i = 0; i < many_links; ++i) {
    const std::string queue = "reply_" + std::to_string(i);
    peer.say(amqp::QueueDeclare{.queue = queue, .exclusive = i % 2 == 0, .auto_delete = true});
    peer.consume(queue);
    peer.publish(queue);
    world.run();
    peer.say(amqp::BasicCancel{.consumer_tag = queue});
  }
  world.run();
  EXPECT_EQ(peer.delivered(), many_links);
  EXPECT_EQ(world.network().known_queues(), 0U);
  EXPECT_EQ(world.broker().queues().size(), 0U);
}

TEST(ForgottenQueues, ThoseThatLapse) {
  NetworkWorld world;
  for (int i = 0; i < 1000; ++i) {
    NetworkPeer peer(world, "p");
    const std::string queue = "reply_" + std::to_string(i);
    peer.say(amqp::QueueDeclare{.queue = queue, .arguments = {{"x-expires", 10}}});
    peer.consume(queue);
    world.pass(5ms);
  }
  world.pass(1s);
  EXPECT_EQ(world.network().known_queues(), 0U);
  EXPECT_EQ(world.broker().queues().size(), 0U);
}

}  // namespace
}  // namespace castaway::sim
