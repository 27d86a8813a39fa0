// RPC over a real RabbitMQ: what a user of the library does, in both profiles.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/rabbit_transport.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

#include "servers/rabbitmq_node.h"
#include "servers/tcp_proxy.h"

namespace castaway::rabbit {
namespace {

using nlohmann::json;

class Rabbit : public ::testing::TestWithParam<Profile> {
 protected:
  /// A topic of this test's own.
  const std::string topic_ = [] {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = test->name();
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
  }();

  [[nodiscard]] RPCTransportOptions options(const std::string& name) const {
    return {.profile = GetParam(), .name = name};
  }
  [[nodiscard]] RabbitSettings through_proxy() const {
    return {.hosts = {{.hostname = "127.0.0.1", .port = proxy_.port()}}};
  }

  ThreadRuntime runtime_;
  TcpProxy proxy_{RabbitMQNode::shared().port()};
  std::atomic<int> notes_ = 0;
  const Endpoint endpoint_ = {
      .methods = {
          {"echo", [](const Object&, const Object& args) { return args.json(); }},
          {"who", [](const Object& ctxt, const Object&) { return ctxt.json().at("user"); }},
          {"fail",
           [](const Object&, const Object&) -> json { throw std::out_of_range("no such"); }},
          {"note", [this](const Object&, const Object&) {
             ++notes_;
             return json();
           }}}};
  RabbitTransport at_server_{runtime_, {.hosts = {RabbitMQNode::shared().host()}}};
  RabbitTransport at_client_{runtime_, through_proxy()};
  RPCTransport serving_{runtime_, at_server_, options("server")};
  RPCTransport asking_{runtime_, at_client_, options("client")};
  const RPCClient client_{asking_, {.target = {.topic = topic_}, .timeout = 20s}};

  [[nodiscard]] std::unique_ptr<RPCServer> serve(const std::string& name) {
    auto server =
        std::make_unique<RPCServer>(serving_, Target{.topic = topic_, .server = name},
                                    std::vector{endpoint_}, RPCServerOptions{.workers = 4});
    server->start();
    return server;
  }
  void await_notes(int count) {
    const TimePoint deadline = runtime_.now() + 20s;
    while (notes_ < count && runtime_.now() < deadline) runtime_.sleep_until(runtime_.now() + 5ms);
    EXPECT_EQ(notes_, count);
  }
};

INSTANTIATE_TEST_SUITE_P(Profiles, Rabbit, ::testing::Values(Profile::strict, Profile::classic),
                         [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(Rabbit, CallsCastsAndFansOut) {
  const auto one = serve("one"), two = serve("two");
  const json args = {{"text", "\u00fc\u20ac"}, {"list", {1, nullptr, true}}};
  EXPECT_EQ(client_.call({}, "echo", Object(args)), args);
  EXPECT_EQ(client_.call({{"user", "kim"}}, "who"), "kim");
  EXPECT_EQ(client_.prepare({.server = "two"}).call({}, "echo", {{"n", 2}}), json({{"n", 2}}));
  client_.cast({}, "note");
  await_notes(1);
  client_.prepare({.fanout = true}).cast({}, "note");
  await_notes(3);
  try {
    client_.call({}, "fail");
    ADD_FAILURE() << "it returned";
  } catch (const RemoteError& error) {
    EXPECT_EQ(error.value(), "no such");
    EXPECT_EQ(error.effect(), Effect::dispatched);
  }
  EXPECT_THROW(client_.call({}, "nothing"), RemoteError);
}

TEST_P(Rabbit, CarriesEightMebibytesBothWays) {
  const auto server = serve("one");
  const json large = {{"text", std::string(std::size_t{8} << 20, 'x')}};
  EXPECT_TRUE(client_.call({}, "echo", Object(large)) == large);
}

TEST_P(Rabbit, AMandatoryCallToNobodyComesBack) {
  const RPCClient mandatory(asking_,
                            {.target = {.topic = topic_}, .timeout = 20s, .mandatory = true});
  EXPECT_THROW(mandatory.call({}, "echo"), MessageUndeliverable);
}

TEST_P(Rabbit, ACallThatNobodyServesTimesOut) {
  EXPECT_THROW(client_.prepare({.timeout = 300ms}).call({}, "echo"), MessagingTimeout);
  EXPECT_EQ(asking_.pending_calls(), 0U);
}

/// AMQP has no frame for it, and so a server that tried to reply would end.
TEST_P(Rabbit, AReplyQueueWithANameTooLongForABrokerDoesNotEndTheServer) {
  const auto server = serve("one");
  RabbitTransport transport(runtime_, {.hosts = {RabbitMQNode::shared().host()}});
  castaway::testing::TransportPeer rogue(runtime_, transport);
  rogue.await("opened");
  const Request request{
      .method = "note", .msg_id = "m", .reply_q = std::string(longest_name + 1, 'q')};
  rogue->publish(
      {.exchange = "openstack", .routing_key = topic_, .message = encode(request, std::nullopt)});
  while (notes_ == 0) runtime_.sleep_until(runtime_.now() + 1ms);
  EXPECT_EQ(client_.call({}, "echo", {{"v", 7}}), json({{"v", 7}}));
}

TEST_P(Rabbit, ThirtyTwoThreadsShareATransport) {
  const auto server = serve("one");
  std::atomic<int> own = 0;
  std::vector<std::unique_ptr<Task>> threads;
  for (int t = 0; t < 32; ++t) {
    threads.push_back(runtime_.spawn("caller", [&, t] {
      for (int i = 0; i < 25; ++i) {
        const json args = {{"t", t}, {"i", i}};
        own += client_.call({}, "echo", Object(args)) == args ? 1 : 0;
      }
    }));
  }
  threads.clear();
  EXPECT_EQ(own, 32 * 25);
  EXPECT_EQ(asking_.pending_calls(), 0U);
}

TEST_P(Rabbit, GoesOnAfterEveryConnectionWasCut) {
  const auto server = serve("one");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client_.call({}, "echo", {{"i", i}}), json({{"i", i}}));
    proxy_.cut();
    runtime_.sleep_until(runtime_.now() + 50ms);
  }
  EXPECT_EQ(client_.call({}, "echo", {{"i", 3}}), json({{"i", 3}}));
  EXPECT_GT(proxy_.accepted(), 4);
}

TEST_P(Rabbit, CallsThatAreCutOffEndInTimeAndRunAtMostOnceInStrict) {
  const auto server = serve("one");
  std::atomic<int> ended = 0;
  std::vector<std::unique_ptr<Task>> threads;
  for (int t = 0; t < 4; ++t) {
    threads.push_back(runtime_.spawn("caller", [&] {
      for (int i = 0; i < 50; ++i) {
        try {
          client_.prepare({.timeout = 3s}).call({}, "note");
        } catch (const MessagingException&) {
          // In doubt, or too late.
        }
        ++ended;
      }
    }));
  }
  while (ended < 100) runtime_.sleep_until(runtime_.now() + 1ms);
  proxy_.cut();
  threads.clear();
  EXPECT_EQ(ended, 200);
  if (GetParam() == Profile::strict) {
    EXPECT_LE(notes_, 200);
  }
  EXPECT_GE(notes_, 100);
  EXPECT_EQ(asking_.pending_calls(), 0U);
}

}  // namespace
}  // namespace castaway::rabbit
