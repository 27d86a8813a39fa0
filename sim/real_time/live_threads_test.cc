// The library as it is on real threads, against the simulated broker in real time, with faults: the
// calls of many threads get their own values, and nothing runs twice. ThreadSanitizer looks on.

#include "castaway/sim/live.h"

#include <array>
#include <atomic>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

namespace castaway::sim {
namespace {

constexpr int threads = 32;
constexpr int calls = 1000;

FaultPlan faults() {
  return {
      {.id = "reply-lost", .on = {.edge = Edge::reply}, .when = {.every = 4000}, .action = Drop{}},
      {.id = "request-twice",
       .on = {.edge = Edge::request},
       .when = {.every = 50},
       .action = Duplicate{.to = Duplicate::To::same}},
      {.id = "shuffle",
       .on = {.edge = Edge::request},
       .when = {.every = 10},
       .action = Reorder{.overtake = 3}},
      {.id = "cut-client",
       .on = {.edge = Edge::link},
       .when = {.after = EventPattern{.ev = "accept", .n = 5000}},
       .action = Disconnect{.who = "c1", .for_ = 20ms}},
      {.id = "cut-server",
       .on = {.edge = Edge::link},
       .when = {.after = EventPattern{.ev = "accept", .n = 10000}},
       .action = Disconnect{.who = "s1", .for_ = 20ms}}};
}

/// How often each call was executed; and what became of the calls.
struct Counts {
  std::array<std::atomic<int>, std::size_t{threads}* calls> executed = {};
  std::atomic<int> returned = 0, failed = 0, wrong = 0;
};

void ask(const CallContext& client, int thread, Counts& counts) {
  for (int i = 0; i < calls; ++i) {
    const int n = thread * calls + i;
    try {
      const bool own = client.call({}, "echo", {{"n", n}}) == n;
      ++(own ? counts.returned : counts.wrong);
    } catch (const MessagingException&) {
      ++counts.failed;
    }
  }
}

class Live : public testing::TestWithParam<Profile> {};

TEST_P(Live, ManyThreadsGetTheirOwnValues) {
  ThreadRuntime runtime;
  LiveBroker broker(runtime, {.seed = 7, .faults = faults()});
  LiveTransport at_server(broker, "s1");
  LiveTransport at_client(broker, "c1");
  RPCTransport serving(runtime, at_server, {.profile = GetParam(), .name = "s1"});
  RPCTransport asking(runtime, at_client, {.profile = GetParam(), .name = "c1"});
  Counts counts;
  const Endpoint echo{.methods = {{"echo", [&](const Object&, const Object& args) {
                                     const int n = args.json().at("n").get<int>();
                                     ++counts.executed.at(static_cast<std::size_t>(n));
                                     return nlohmann::json(n);
                                   }}}};
  RPCServer server(serving, {.topic = "t", .server = "s1"}, {echo}, {.workers = 8});
  server.start();
  const RPCClient client(asking, {.target = {.topic = "t"}, .timeout = 2s});
  {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int thread = 0; thread < threads; ++thread) {
      tasks.push_back(runtime.spawn(
          "caller", [&, thread] { ask(client.prepare({.server = "s1"}), thread, counts); }));
    }
  }
  server.stop();
  server.wait();

  EXPECT_EQ(counts.wrong, 0);
  EXPECT_EQ(counts.returned + counts.failed, threads * calls);
  EXPECT_GT(counts.returned, threads * calls * 9 / 10);
  int twice = 0;
  for (const std::atomic<int>& times : counts.executed) twice += times > 1 ? 1 : 0;
  // classic publishes again when in doubt.
  if (GetParam() == Profile::strict) {
    EXPECT_EQ(twice, 0);
  }
  EXPECT_EQ(asking.pending_calls(), 0U);
  for (const std::uint64_t fired : broker.fired()) EXPECT_GT(fired, 0U);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Live, testing::Values(Profile::strict, Profile::classic));

TEST(LiveBroker, StreamsItsHistoryThoughNobodyReports) {
  std::ostringstream out;
  {
    ThreadRuntime runtime;
    LiveBroker broker(runtime, {.history = &out, .kept_events = 16});
    LiveTransport at_server(broker, "s1");
    LiveTransport at_client(broker, "c1");
    RPCTransport serving(runtime, at_server, {.name = "s1"});
    RPCTransport asking(runtime, at_client, {.name = "c1"});
    const Endpoint echo{.methods = {{"echo", [](const Object&, const Object& args) {
                                       return args.json().at("n");
                                     }}}};
    RPCServer server(serving, {.topic = "t", .server = "s1"}, {echo});
    server.start();
    const RPCClient client(asking, {.target = {.topic = "t"}});
    for (int n = 0; n < 100; ++n) EXPECT_EQ(client.call({}, "echo", {{"n", n}}), n);
    server.stop();
    server.wait();
  }
  std::istringstream in(out.str());
  const check::History history = check::read_jsonl(in, "live");
  std::map<std::string, int> arrived;
  for (const check::Event& event : history.events()) {
    if (event.kind == check::EventKind::reply_arrive)
      ++arrived[std::string(history.text(event.op))];
  }
  EXPECT_EQ(arrived.size(), 100U) << "each call is an operation, by its ids on the wire";
  EXPECT_EQ(arrived.count("echo#99"), 1U);
}

TEST(LiveBroker, RefusesRulesAboutWhatIsReal) {
  ThreadRuntime runtime;
  const FaultPlan plan = {
      {.id = "kill", .on = {.edge = Edge::process}, .action = Kill{.who = "s1"}}};
  EXPECT_THROW(LiveBroker(runtime, {.faults = plan}), std::invalid_argument);
}

}  // namespace
}  // namespace castaway::sim
