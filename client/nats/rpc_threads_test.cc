// The library on a real nats-server: what works as it does with AMQP, and what becomes of requests
// where NATS is less than that.

#include <array>
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/nats_transport.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "servers/nats_server.h"

namespace castaway::nats {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Counts what its methods were asked; safe from many threads.
class Counter final {
 public:
  [[nodiscard]] Endpoint endpoint() {
    return {.methods = {{"echo",
                         [this](const Object&, const Object& args) {
                           ++asked_;
                           return args.json().at("n");
                         }},
                        {"length",
                         [](const Object&, const Object& args) {
                           return json(args.json().at("text").get<std::string>().size());
                         }},
                        {"text",
                         [](const Object&, const Object& args) {
                           return json(
                               std::string(args.json().at("length").get<std::size_t>(), 'x'));
                         }},
                        {"fail", [](const Object&, const Object&) -> json {
                           throw std::runtime_error("out of order");
                         }}}};
  }
  [[nodiscard]] int asked() const { return asked_; }
  void await(int times) const {
    for (int i = 0; i < 2000 && asked_ < times; ++i) runtime_.sleep_until(runtime_.now() + 5ms);
    EXPECT_EQ(asked_, times);
  }

 private:
  mutable ThreadRuntime runtime_;
  std::atomic<int> asked_{0};
};

/// A nats-server, two servers of one topic, and a client, each with connections of its own.
class NatsRpc : public testing::TestWithParam<Profile> {
 protected:
  NatsRpc() {
    one_.start();
    two_.start();
  }

  [[nodiscard]] CallContext client(const Overrides& overrides = {}) const {
    return client_.prepare(overrides);
  }
  static Object text(std::size_t length) { return {{"text", std::string(length, 'x')}}; }

  ThreadRuntime runtime_;
  NatsServer broker_;
  NatsTransport nats_{runtime_, {.servers = {broker_.url()}, .connect_timeout = 1s}};
  RPCTransport serving_{runtime_, nats_, {.profile = GetParam(), .name = "serving"}};
  RPCTransport asking_{runtime_, nats_, {.profile = GetParam(), .name = "asking"}};
  Counter at_one_, at_two_;
  RPCServer one_{serving_, {.topic = "t", .server = "one"}, {at_one_.endpoint()}, {.workers = 4}};
  RPCServer two_{serving_, {.topic = "t", .server = "two"}, {at_two_.endpoint()}, {.workers = 4}};
  RPCClient client_{asking_, {.target = {.topic = "t"}, .timeout = 10s}};
};

INSTANTIATE_TEST_SUITE_P(Profiles, NatsRpc, testing::Values(Profile::strict, Profile::classic));

TEST_P(NatsRpc, ACallReturnsWhatTheMethodReturned) {
  EXPECT_EQ(client().call({}, "echo", {{"n", 7}}), 7);
  EXPECT_EQ(at_one_.asked() + at_two_.asked(), 1);
}

TEST_P(NatsRpc, ACallThrowsWhatTheMethodThrew) {
  try {
    client().call({}, "fail");
    FAIL() << "it returned";
  } catch (const RemoteError& error) {
    EXPECT_EQ(error.value(), "out of order");
    EXPECT_EQ(error.effect(), Effect::dispatched);
  }
}

TEST_P(NatsRpc, ANamedServerGetsWhatIsForItAlone) {
  for (int n = 0; n < 10; ++n) EXPECT_EQ(client({.server = "two"}).call({}, "echo", {{"n", n}}), n);
  EXPECT_EQ(at_one_.asked(), 0);
  EXPECT_EQ(at_two_.asked(), 10);
}

TEST_P(NatsRpc, ACastIsRunOnceByOneServer) {
  for (int n = 0; n < 100; ++n) client().cast({}, "echo", {{"n", n}});
  for (int i = 0; i < 2000 && at_one_.asked() + at_two_.asked() < 100; ++i)
    runtime_.sleep_until(runtime_.now() + 5ms);
  EXPECT_EQ(at_one_.asked() + at_two_.asked(), 100);
  EXPECT_GT(at_one_.asked(), 0);
  EXPECT_GT(at_two_.asked(), 0);
}

TEST_P(NatsRpc, AFanoutIsRunOnceByEachServer) {
  for (int n = 0; n < 10; ++n) client({.fanout = true}).cast({}, "echo", {{"n", n}});
  at_one_.await(10);
  at_two_.await(10);
}

TEST_P(NatsRpc, AMandatoryRequestToNobodyComesBack) {
  const RPCClient nobody(asking_, {.target = {.topic = "nobody"}, .mandatory = true});
  EXPECT_THROW(nobody.call({}, "echo"), MessageUndeliverable);
  EXPECT_THROW(nobody.cast({}, "echo"), MessageUndeliverable);
  const RPCClient somebody(asking_, {.target = {.topic = "t"}, .mandatory = true});
  EXPECT_EQ(somebody.call({}, "echo", {{"n", 1}}), 1);
}

TEST_P(NatsRpc, ABodyMayBeAsLongAsTheServerTakes) {
  constexpr std::size_t max_payload = 1024 * 1024;
  constexpr std::size_t room = 2048;  // for the envelope and headers
  EXPECT_EQ(client().call({}, "length", text(max_payload - room)), max_payload - room);
  try {
    client().call({}, "length", text(max_payload));
    FAIL() << "it returned";
  } catch (const MessageDeliveryFailure& error) {
    EXPECT_EQ(error.effect(), Effect::none);
    EXPECT_THAT(error.what(), HasSubstr("and the NATS server takes 1048576 (max_payload)"));
  }
  EXPECT_EQ(client().call({}, "echo", {{"n", 1}}), 1) << "the connection is none the worse";
}

TEST_P(NatsRpc, ManyThreadsGetTheirOwnValuesAndNothingRunsTwice) {
  constexpr int threads = 16, calls = 100;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int thread = 0; thread < threads; ++thread) {
      tasks.push_back(runtime_.spawn("caller", [&, thread] {
        for (int n = thread * calls; n < (thread + 1) * calls; ++n)
          wrong += client().call({}, "echo", {{"n", n}}) == n ? 0 : 1;
      }));
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(at_one_.asked() + at_two_.asked(), threads * calls);
  EXPECT_EQ(asking_.pending_calls(), 0U);
}

TEST_P(NatsRpc, AServerThatWentAndCameBackIsFoundAgain) {
  EXPECT_EQ(client().call({}, "echo", {{"n", 1}}), 1);
  broker_.kill();
  if (GetParam() == Profile::strict) {
    const auto effect = [&] {
      try {
        client({.timeout = 300ms}).call({}, "echo", {{"n", 2}});
      } catch (const MessagingTimeout& error) {
        return error.effect();
      }
      return Effect::dispatched;
    };
    EXPECT_NE(effect(), Effect::dispatched);  // the first may find a link that seems whole
    EXPECT_EQ(effect(), Effect::none);
  }
  broker_.start();
  // Until both servers and the reply queue are back, requests and replies are lost.
  json answer;
  for (int i = 0; i < 50 && answer != 3; ++i) {
    try {
      answer = client({.timeout = 500ms}).call({}, "echo", {{"n", 3}});
    } catch (const MessagingException&) {
      runtime_.sleep_until(runtime_.now() + 50ms);
    }
  }
  EXPECT_EQ(answer, 3);
}

TEST_P(NatsRpc, AStoppedServerLeavesItsRequestsToTheOther) {
  one_.stop();
  one_.wait();
  for (int n = 0; n < 20; ++n) EXPECT_EQ(client().call({}, "echo", {{"n", n}}), n);
  EXPECT_EQ(at_one_.asked(), 0);
  one_.start();
  for (int n = 0; n < 10; ++n) EXPECT_EQ(client({.server = "one"}).call({}, "echo", {{"n", n}}), n);
}

TEST(Nats, AReplyThatIsTooLongBecomesAFailure) {
  ThreadRuntime runtime;
  const NatsServer broker;
  NatsTransport nats(runtime, {.servers = {broker.url()}});
  RPCTransport transport(runtime, nats);
  Counter counter;
  RPCServer server(transport, {.topic = "t", .server = "s"}, {counter.endpoint()});
  server.start();
  const RPCClient client(transport, {.target = {.topic = "t"}, .timeout = 10s});
  EXPECT_EQ(client.call({}, "text", {{"length", 1'000'000}}).get<std::string>().size(), 1'000'000U);
  try {
    client.call({}, "text", {{"length", 2'000'000}});
    FAIL() << "it returned";
  } catch (const RemoteError& error) {
    EXPECT_EQ(error.exc_type(), "EncodeError");
    EXPECT_THAT(error.value(), HasSubstr("The reply is too long: it has 2000"));
  }
}

TEST(Nats, ACallThatTheServerDoesNotReadTimesOutInDoubt) {
  ThreadRuntime runtime;
  const NatsServer broker;
  NatsTransport nats(runtime, {.servers = {broker.url()}, .heartbeat_timeout_threshold = 600ms});
  RPCTransport transport(runtime, nats);
  Counter counter;
  RPCServer server(transport, {.topic = "t", .server = "s"}, {counter.endpoint()});
  server.start();
  const RPCClient client(transport, {.target = {.topic = "t"}, .timeout = 10s});
  EXPECT_EQ(client.call({}, "echo", {{"n", 1}}), 1);
  broker.pause();
  try {
    client.prepare({.timeout = 1500ms}).call({}, "echo", {{"n", 2}});
    ADD_FAILURE() << "it returned";
  } catch (const MessagingTimeout& error) {
    EXPECT_EQ(error.effect(), Effect::unknown);
    // The heartbeat noticed it: the connection closed before the call gave up.
    EXPECT_THAT(error.what(), HasSubstr("it was sent, but not confirmed"));
  }
  broker.go_on();
}

TEST(Nats, QueuesThatShallLastAreRefused) {
  ThreadRuntime runtime;
  const NatsServer broker;
  NatsTransport nats(runtime, {.servers = {broker.url()}});
  RPCTransport transport(runtime, nats, {.queues = {.amqp_durable_queues = true}});
  const RPCClient client(transport, {.target = {.topic = "t"}, .retry = 0});
  try {
    client.cast({}, "echo");
    FAIL() << "it returned";
  } catch (const MessageDeliveryFailure& error) {
    EXPECT_EQ(error.effect(), Effect::none);
    EXPECT_THAT(error.what(),
                HasSubstr("NOT_IMPLEMENTED - core NATS has no durable exchange 'openstack'"));
  }
}

}  // namespace
}  // namespace castaway::nats
