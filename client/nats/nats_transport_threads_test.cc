// The seam itself, on a real nats-server: what comes back for what was handed over, in which order.

#include "castaway/nats_transport.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

#include "servers/nats_server.h"

namespace castaway::nats {
namespace {

using castaway::testing::TransportPeer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class NatsSeam : public ::testing::Test {
 protected:
  /// A connection that has opened.
  [[nodiscard]] std::unique_ptr<TransportPeer> open() {
    auto peer = std::make_unique<TransportPeer>(runtime_, nats_);
    peer->await("opened");
    return peer;
  }
  /// One that consumes the queue as "c".
  [[nodiscard]] std::unique_ptr<TransportPeer> consumer(const std::string& queue) {
    auto peer = open();
    peer->await_completed(peer->with([&](Connection& c) { return c.consume(queue, "c"); }));
    return peer;
  }
  void pause() { runtime_.sleep_until(runtime_.now() + 50ms); }

  ThreadRuntime runtime_;
  NatsServer broker_;
  NatsTransport nats_{runtime_, {.servers = {broker_.url()}, .connect_timeout = 1s}};
};

TEST_F(NatsSeam, OpensAndCloses) {
  const auto peer = open();
  peer->with([](Connection& c) { c.close(); });
  peer->await("closed");
  EXPECT_THAT(peer->heard(), ElementsAre("opened", "closed 200 by us"));
  const auto numbers = peer->with([](Connection& c) {
    return std::pair(c.declare_queue({.queue = "q"}), c.publish({.routing_key = "q"}));
  });
  EXPECT_EQ(numbers, (std::pair<RequestNumber, std::uint64_t>(1, 1)));
  pause();
  EXPECT_EQ(peer->heard().size(), 2U);
  EXPECT_EQ((*peer)->sent_through(), 0U);
}

TEST_F(NatsSeam, AnswersInOrder) {
  const auto peer = open();
  peer->with([](Connection& c) {
    c.declare_exchange({.exchange = "x"});
    c.declare_queue({.queue = "q"});
    c.bind_queue("q", "x", "key");
    c.prefetch(1);
    c.consume("q", "c");
    c.confirm_select();
    c.publish({.exchange = "x", .routing_key = "key", .message = {.body = "bound"}});
    c.publish({.exchange = "x", .routing_key = "other", .message = {.body = "not bound"}});
    c.declare_queue({.queue = "q", .passive = true});
    c.cancel("c");
    c.publish({.routing_key = "q", .message = {.body = "too late"}});
    c.delete_queue("q");
    c.close();
  });
  peer->await("closed");
  EXPECT_EQ((*peer)->sent_through(), 3U);
  std::vector<std::string> answers = peer->heard();
  EXPECT_EQ(std::erase(answers, "delivered c bound"), 1U);
  EXPECT_THAT(answers,
              ElementsAre("opened", "completed 1", "completed 2", "completed 3", "completed 4",
                          "completed 5", "completed 6", "confirmed 1", "confirmed 2", "completed 7",
                          "completed 8", "confirmed 3", "completed 9", "closed 200 by us"));
}

TEST_F(NatsSeam, DeliversMessagesAsTheyWereAndInOrder) {
  const auto peer = consumer("q");
  const Message full = {.properties = {.content_type = "application/json",
                                       .headers = {{"x-count", 3}, {"x-odd\r\n", "\r\n: %"}},
                                       .delivery_mode = std::uint8_t{2},
                                       .expiration = "100"},
                        .body = std::string("zero \0 and\r\nlines", 17)};
  peer->with([&](Connection& c) {
    c.publish({.routing_key = "q", .message = full});
    for (int i = 0; i < 100; ++i)
      c.publish({.routing_key = "q", .message = {.body = std::to_string(i)}});
  });
  peer->await("delivered", 101);
  const std::vector<Delivery> deliveries = peer->deliveries();
  EXPECT_EQ(deliveries[0].message, full);
  EXPECT_EQ(deliveries[0].routing_key, "q");
  for (std::size_t i = 0; i < 101; ++i) EXPECT_EQ(deliveries[i].delivery_tag, i + 1);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_EQ(deliveries[i + 1].message.body, std::to_string(i));
}

TEST_F(NatsSeam, ReturnsWhatIsMandatoryAndForNobodyBeforeItsConfirm) {
  const auto somebody = consumer("somebody");
  const auto peer = open();
  peer->with([](Connection& c) {
    c.confirm_select();
    c.publish({.routing_key = "somebody", .mandatory = true, .message = {.body = "one"}});
    c.publish({.routing_key = "nobody", .mandatory = true, .message = {.body = "two"}});
    c.publish({.routing_key = "nobody", .message = {.body = "three"}});
  });
  peer->await("confirmed 3");
  EXPECT_THAT(peer->heard(), ElementsAre("opened", "completed 1", "confirmed 1",
                                         "returned 312 nobody two", "confirmed 2", "confirmed 3"));
}

TEST_F(NatsSeam, AFanoutExchangeReachesEachQueueOnce) {
  std::vector<std::unique_ptr<TransportPeer>> peers;
  for (const char* queue : {"left", "right", "right"}) {
    peers.push_back(open());
    peers.back()->await_completed(peers.back()->with([&](Connection& c) {
      c.declare_exchange({.exchange = "all", .type = "fanout"});
      c.declare_queue({.queue = queue});
      c.bind_queue(queue, "all", "");
      return c.consume(queue, "c");
    }));
  }
  peers[0]->with([](Connection& c) {
    c.publish({.exchange = "all", .routing_key = "any", .message = {.body = "news"}});
  });
  peers[0]->await("delivered c news");
  pause();
  EXPECT_EQ(peers[0]->count("delivered"), 1U);
  EXPECT_EQ(peers[1]->count("delivered") + peers[2]->count("delivered"), 1U);
}

TEST_F(NatsSeam, RefusesWhatIsTooLongAndSendsNoByteOfIt) {
  const auto peer = open();
  // The longest that fits is found from the refusal: what it counts besides the body.
  constexpr std::size_t max_payload = 1024 * 1024;
  constexpr std::size_t headers = std::string_view("NATS/1.0\r\nrouting_key: q\r\n\r\n").size();
  peer->with([](Connection& c) {
    c.confirm_select();
    c.publish(
        {.routing_key = "q", .message = {.body = std::string(max_payload - headers + 1, 'x')}});
    c.publish({.routing_key = "q", .message = {.body = std::string(max_payload - headers, 'x')}});
  });
  peer->await("confirmed 2");
  EXPECT_THAT(peer->heard(),
              UnorderedElementsAre("opened", "completed 1", "refused 1", "confirmed 2"));
}

TEST_F(NatsSeam, ClosesForWhatItHasNot) {
  const auto asks = open();
  asks->with([](Connection& c) { c.declare_queue({.queue = "q", .durable = true}); });
  asks->await("closed 540");
  EXPECT_EQ(asks->why_closed().text, "NOT_IMPLEMENTED - core NATS has no durable queue 'q'");
  const auto publishes = open();
  publishes->with([](Connection& c) { c.publish({.exchange = "x", .routing_key = "key"}); });
  publishes->await("closed 404");
  EXPECT_EQ((*publishes)->sent_through(), 0U);
}

TEST_F(NatsSeam, SaysThatTheServerIsGone) {
  const auto peer = consumer("q");
  broker_.kill();
  peer->await("closed 0");
  EXPECT_FALSE(peer->why_closed().text.empty());
  TransportPeer late(runtime_, nats_);
  late.await("closed 0");
  EXPECT_THAT(late.why_closed().text, HasSubstr("no connection to NATS: "));
  EXPECT_THAT(late.heard(), ElementsAre("closed 0"));
}

TEST_F(NatsSeam, DestroyingIsSilentWhateverIsUnderWay) {
  const auto sender = open();
  for (int i = 0; i < 20; ++i) {
    const auto peer = consumer("q");
    sender->with([](Connection& c) {
      for (int n = 0; n < 50; ++n) c.publish({.routing_key = "q", .message = {.body = "message"}});
    });
    if (i % 2 == 0) peer->await("delivered");
    peer->destroy();  // which sees to it that nothing more is heard
  }
  { const TransportPeer opening(runtime_, nats_); }
  pause();
}

TEST_F(NatsSeam, AHandlerMayDestroyItsOwnConnection) {
  const auto sender = open();
  const auto peer = consumer("q");
  std::atomic<bool> destroyed = false;
  peer->on_delivery([&] {
    peer->destroy();
    destroyed = true;
  });
  sender->with([](Connection& c) {
    for (int n = 0; n < 3; ++n) c.publish({.routing_key = "q", .message = {.body = "message"}});
  });
  peer->await("delivered c");
  do {
    pause();
  } while (!destroyed);
  EXPECT_EQ(peer->count("delivered"), 1U);
}

TEST(NatsTransport, NoticesThatTheServerIsSilent) {
  ThreadRuntime runtime;
  const NatsServer broker;
  NatsTransport nats(runtime, {.servers = {broker.url()}, .heartbeat_timeout_threshold = 300ms});
  TransportPeer peer(runtime, nats);
  peer.await("opened");
  broker.pause();
  const TimePoint begin = runtime.now();
  peer.await("closed 0");
  EXPECT_LT(runtime.now() - begin, 10s);
  EXPECT_EQ(peer.why_closed().text, "Stale Connection");
  broker.go_on();
}

TEST(NatsTransport, TriesOneServerAfterTheOther) {
  ThreadRuntime runtime;
  const NatsServer broker;
  NatsTransport nats(runtime, {.servers = {"nats://127.0.0.1:1", broker.url()}});
  for (int i = 0; i < 10; ++i) {
    TransportPeer peer(runtime, nats);
    peer.await("opened");
  }
}

TEST(NatsTransport, SaysThatItWasNotLetInAndKeepsThePassword) {
  ThreadRuntime runtime;
  const NatsServer broker({"--user", "me", "--pass", "right"});
  NatsTransport wrong(runtime, {.servers = {broker.url("me:wrong@")}});
  TransportPeer refused(runtime, wrong);
  refused.await("closed 403");
  EXPECT_EQ(refused.why_closed().text.find("wrong"), std::string::npos);
  NatsTransport right(runtime, {.servers = {broker.url("me:right@")}});
  TransportPeer peer(runtime, right);
  peer.await("opened");
}

TEST(NatsTransport, RefusesSettingsThatAreNone) {
  ThreadRuntime runtime;
  EXPECT_THROW(NatsTransport(runtime, {.servers = {}}), std::invalid_argument);
  EXPECT_THROW(NatsTransport(runtime, {.connect_timeout = 0s}), std::invalid_argument);
  EXPECT_THROW(NatsTransport(runtime, {.heartbeat_timeout_threshold = -1s}), std::invalid_argument);
}

TEST(NatsTransport, SaysWhatItDoesNotPromise) {
  ThreadRuntime runtime;
  NatsTransport nats(runtime, {});
  const Capabilities capabilities = nats.capabilities();
  for (const char* kept : {"confirms", "fanout", "mandatory", "multi-host", "reconnect"})
    EXPECT_TRUE(capabilities.has(kept)) << kept;
  for (const auto& [name, why] : capabilities.missing) {
    EXPECT_THAT(transport_capabilities, ::testing::Contains(name));
    EXPECT_FALSE(why.empty()) << name;
  }
  EXPECT_FALSE(capabilities.has("requeue"));
}

TEST(NatsTransport, SaysWhatItsPageSays) {
  std::ifstream file(CASTAWAY_SOURCE_DIR "/docs/guide/transports.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  ThreadRuntime runtime;
  for (const auto& [name, why] : NatsTransport(runtime, {}).capabilities().missing) {
    EXPECT_THAT(page, ::testing::ContainsRegex("\\| " + name + " \\|.*\\| no: " +
                                               std::regex_replace(why, std::regex("[()]"), ".") +
                                               " \\|\n"));
  }
}

}  // namespace
}  // namespace castaway::nats
