#pragma once
// InteropFixture: a RabbitMQ with a real oslo.messaging on one side of it, and Castaway on the
// other.

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/rabbit_transport.h"
#include "castaway/rabbit_url.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "oslo_peer.h"
#include "servers/rabbitmq_node.h"

namespace castaway::interop {

/// A type that both sides allow: castaway_errors.py has it for Python.
class OutOfStock : public std::runtime_error {
 public:
  explicit OutOfStock(const Failure& failure)
      : std::runtime_error(failure.message), item(failure.kwargs->at("item")) {}
  std::string item;
};

/// How Python's side of it is reached.
inline std::string url_of(std::uint16_t port) {
  return "rabbit://guest:guest@127.0.0.1:" + std::to_string(port) + "/";
}

/// A topic of this test's own.
inline std::string own_topic() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "-" + test->name();
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

/// One of our processes: a connection to the broker, and what lies on it.
struct Castaway {
  Castaway(ThreadRuntime& runtime, Profile profile, std::uint16_t port,
           const std::string& name = "ours")
      : Castaway(runtime, profile, rabbit_options(parse_transport_url(url_of(port))), name) {}
  Castaway(ThreadRuntime& runtime, Profile profile, const RabbitOptions& options,
           const std::string& name = "ours")
      : link(runtime, options.transport),
        transport(runtime, link,
                  {.profile = profile,
                   .name = name,
                   .queues = options.queues,
                   .allowed_remote_exmods =
                       RemoteErrorTypes().allow<OutOfStock>("castaway_errors", "OutOfStock")}) {}
  RabbitTransport link;
  RPCTransport transport;
};

/// What oslo_peer_endpoint.py offers, in C++. `ran` counts what is noted.
std::vector<Endpoint> our_endpoints(Runtime& runtime, const std::string& server,
                                    std::atomic<int>& ran);

class InteropFixture : public ::testing::TestWithParam<Profile> {
 protected:
  const std::string topic_ = own_topic();
  const std::uint16_t port_ = rabbit::RabbitMQNode::shared().port();
  OsloPeer& oslo_ = OsloPeer::shared();
  ThreadRuntime runtime_;
  Castaway ours_{runtime_, GetParam(), port_};
  std::atomic<int> ran_ = 0;  ///< how often our servers ran a method that tells

  [[nodiscard]] std::unique_ptr<RPCServer> serve(const std::string& name) {
    return serve(name, ours_);
  }
  [[nodiscard]] std::unique_ptr<RPCServer> serve(const std::string& name, Castaway& process) {
    auto server = std::make_unique<RPCServer>(
        process.transport, Target{.topic = topic_, .server = name},
        our_endpoints(runtime_, name, ran_), RPCServerOptions{.rpc_ping_enabled = true});
    server->start();
    return server;
  }
  /// 32 callers make four calls each, at once.
  void expect_each_its_own(const std::function<nlohmann::json(const nlohmann::json&)>& echo) {
    std::atomic<int> own = 0;
    std::vector<std::unique_ptr<Task>> callers;
    for (int caller = 0; caller < 32; ++caller) {
      callers.push_back(runtime_.spawn("caller", [&, caller] {
        for (int i = 0; i < 4; ++i) {
          const nlohmann::json args = {{"caller", caller}, {"i", i}};
          own += echo(args) == args ? 1 : 0;
        }
      }));
    }
    callers.clear();
    EXPECT_EQ(own, 32 * 4);
  }
  /// Waits: until `count()` is `expected`, 20 s at most.
  template <class Count>
  void await(const Count& count, int expected) {
    const TimePoint deadline = runtime_.now() + 20s;
    while (count() < expected && runtime_.now() < deadline)
      runtime_.sleep_until(runtime_.now() + 5ms);
    EXPECT_EQ(count(), expected);
  }
};

/// "strict" or "classic", in the names of tests.
inline std::string profile_name(const ::testing::TestParamInfo<Profile>& test) {
  return test.param == Profile::strict ? "strict" : "classic";
}

}  // namespace castaway::interop
