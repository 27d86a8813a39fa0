// A client under real threads: what a simulation cannot show.

#include "castaway/rpc_client.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/rpc_server.h"
#include "castaway/sim/live.h"
#include "castaway/thread_runtime.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

class RPCClientOnThreads : public testing::TestWithParam<Profile> {
 protected:
  RPCClientOnThreads() { server_.start(); }

  ThreadRuntime runtime_;
  LiveBroker broker_{runtime_};
  LiveTransport at_server_{broker_, "host-1"};
  LiveTransport at_client_{broker_, "nova-1"};
  RPCTransport serving_{runtime_, at_server_, {.profile = GetParam()}};
  RPCServer server_{
      serving_,
      {.topic = "compute", .server = "host-1"},
      {{.version = "1.9",
        .methods = {{"echo", [](const Object&, const Object& args) { return args.json(); }},
                    {"note", [](const Object&, const Object&) { return json(); }}}}},
      {.workers = 4}};
  RPCTransport transport_{runtime_, at_client_, {.profile = GetParam(), .publish_timeout = 10min}};
};

INSTANTIATE_TEST_SUITE_P(Profiles, RPCClientOnThreads,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(RPCClientOnThreads, EightThreadsPrepareAndCallAndEachGetsItsOwnReplies) {
  const RPCClient client(transport_,
                         {.target = {.topic = "compute", .version = "1.0"}, .timeout = 10min});
  const CallContext shared = client.prepare({.server = "host-1"});
  std::atomic<int> own_replies = 0;
  std::vector<std::unique_ptr<Task>> threads;
  for (int t = 0; t < 8; ++t) {
    threads.push_back(runtime_.spawn("caller-" + std::to_string(t), [&, t] {
      for (int i = 0; i < 100; ++i) {
        const CallContext own =
            (i % 2 == 0 ? client.prepare() : shared).prepare({.version = "1." + std::to_string(t)});
        if (i % 10 == 0) own.cast({}, "note");
        const json answer = own.call({{"thread", t}}, "echo", {{"t", t}, {"i", i}});
        own_replies += answer == json({{"t", t}, {"i", i}}) ? 1 : 0;
      }
    }));
  }
  threads.clear();
  EXPECT_EQ(own_replies, 800);
  EXPECT_EQ(transport_.pending_calls(), 0U);
  EXPECT_EQ(client.prepare().options().target.version, "1.0");
}

TEST_P(RPCClientOnThreads, ThreadsThatCloseTheTransportWhileOthersCallEndThemAll) {
  const RPCClient client(transport_, {.target = {.topic = "compute"}, .timeout = 10min});
  std::vector<std::unique_ptr<Task>> threads;
  std::atomic<int> ended = 0;
  for (int t = 0; t < 6; ++t) {
    threads.push_back(runtime_.spawn("caller", [&] {
      try {
        for (;;) client.call({}, "echo");
      } catch (const MessageDeliveryFailure&) {
        ++ended;
      }
    }));
  }
  for (int t = 0; t < 2; ++t)
    threads.push_back(runtime_.spawn("closer", [&] { transport_.cleanup(); }));
  threads.clear();
  EXPECT_EQ(ended, 6);
  EXPECT_EQ(transport_.pending_calls(), 0U);
}

}  // namespace
}  // namespace castaway::sim
