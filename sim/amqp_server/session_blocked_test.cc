// A session takes little from a blocked client. Source: rabbit_reader.erl, recvloop.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

constexpr std::size_t unread_max = 1000;
constexpr amqp::ConnectionTuneOk no_heartbeat = {2047, 131072, 0};

std::string publications(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    amqp::append_method(bytes, 1, amqp::BasicPublish{.routing_key = "q"});
    amqp::append_content(bytes, 1, {.body = "another one"}, 131072);
  }
  return bytes;
}

class SessionBlocked : public testing::Test {
 protected:
  /// The client's first publication is what blocks it.
  void block(const amqp::FieldTable& capabilities = SessionClient::all_capabilities()) {
    client.log_in(no_heartbeat, capabilities);
    client.say(1, amqp::ChannelOpen());
    client.say(1, amqp::QueueDeclare{.queue = "q"});
    world.broker().block("low on memory", world.now());
    client.send(publications(1));
  }
  void unblock() {
    world.broker().unblock(world.now());
    world.run();
  }
  /// All that is taken of it.
  std::size_t flood(std::string bytes) {
    const std::size_t size = bytes.size();
    while (!bytes.empty() && client.session().wants_bytes())
      bytes.erase(0, client.offer(std::string_view(bytes).substr(0, 300)));
    return size - bytes.size();
  }

  SessionWorld world{{.unread_max = unread_max}};
  SessionClient& client = world.connect("client");
};

TEST_F(SessionBlocked, TakesSoManyBytesAndNoMore) {
  block();
  EXPECT_TRUE(client.session().wants_bytes());
  EXPECT_EQ(flood(publications(1000)), unread_max);
  EXPECT_FALSE(client.session().wants_bytes());
  EXPECT_EQ(client.offer("more"), 0U);
}

TEST_F(SessionBlocked, TakesTheRestWhenItIsOver) {
  block();
  std::string bytes = publications(100);
  bytes.erase(0, flood(bytes));
  EXPECT_FALSE(bytes.empty());
  unblock();
  EXPECT_TRUE(client.session().wants_bytes());
  EXPECT_EQ(client.offer(bytes), bytes.size());
  EXPECT_EQ(world.broker().ready("q"), 101U);
}

TEST_F(SessionBlocked, HasRoomAgainEachTime) {
  block();
  for (int i = 0; i < 3; ++i) {
    std::string bytes = publications(100);
    bytes.erase(0, flood(bytes));
    EXPECT_FALSE(client.session().wants_bytes());
    unblock();
    world.broker().block("low on memory", world.now());
    EXPECT_EQ(client.offer(bytes), bytes.size());
  }
}

TEST_F(SessionBlocked, SaysWhenItWantsMoreThoughTheClientHearsNothing) {
  block(amqp::FieldTable{});
  flood(publications(100));
  static_cast<void>(client.bytes());
  const int calls = client.calls();
  unblock();
  EXPECT_GT(client.calls(), calls);
}

TEST_F(SessionBlocked, ReadsTheAnswerWhenTheBrokerClosesIt) {
  block();
  flood(publications(100));
  client.force_close({.reply_code = 320, .reply_text = "CONNECTION_FORCED"});
  EXPECT_TRUE(client.session().wants_bytes());
}

TEST_F(SessionBlocked, WantsNothingAfterItsEnd) {
  client.log_in(no_heartbeat);
  client.session().ended();
  EXPECT_FALSE(client.session().wants_bytes());
  EXPECT_EQ(client.offer("ignored"), 7U);
}

}  // namespace
}  // namespace castaway::sim
