// What the topology policies keep apart, and what they do not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/rpc_client.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

/// A server that answers "who" with its own name, and counts what reaches it.
struct Host {
  Target target = {};
  int reached = 0;
};

void serve(Simulation& sim, Host& host) {
  const std::string name =
      host.target.exchange + "/" + host.target.topic + "/" + host.target.server;
  sim.process(name, [&sim, &host, name](Process& process) {
    const Endpoint endpoint{.methods = {{"who", [&host, name](const Object&, const Object&) {
                                           ++host.reached;
                                           return json(name);
                                         }}}};
    RPCServer server(process.messaging, host.target, {endpoint});
    server.start();
    sim.runtime().sleep_until(TimePoint(60s));
  });
}

json who(RPCClient& client, const Target& target, bool fanout = false) {
  const CallContext context = client.prepare({.exchange = target.exchange,
                                              .topic = target.topic,
                                              .server = target.server,
                                              .fanout = fanout});
  if (!fanout) return context.call({}, "who");
  context.cast({}, "who");
  return {};
}

class ExchangesOfOneTopic : public testing::TestWithParam<TopologyPolicy> {};

INSTANTIATE_TEST_SUITE_P(Policies, ExchangesOfOneTopic,
                         testing::Values(TopologyPolicy::oslo, TopologyPolicy::isolated),
                         [](const auto& test) {
                           return test.param == TopologyPolicy::oslo ? "oslo" : "isolated";
                         });

TEST_P(ExchangesOfOneTopic, ShareTheirRequestsInOsloAndNotInIsolated) {
  Simulation sim({.seed = 7, .topology = GetParam()});
  Host one{.target = {.exchange = "one", .topic = "compute", .server = "a"}};
  Host two{.target = {.exchange = "two", .topic = "compute", .server = "a"}};
  serve(sim, one);
  serve(sim, two);
  sim.client("nova-1", {.timeout = 5s}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 10; ++i) who(client, {.exchange = "one", .topic = "compute"});
    for (int i = 0; i < 10; ++i) who(client, one.target);
    who(client, {.exchange = "one", .topic = "compute"}, true);
    sim.runtime().sleep_until(sim.now() + 1s);
  });
  sim.run();
  if (GetParam() == TopologyPolicy::oslo) {
    EXPECT_EQ(two.reached, 11) << "every second call, and the fanout";
    EXPECT_EQ(one.reached, 11);
  } else {
    EXPECT_EQ(two.reached, 0);
    EXPECT_EQ(one.reached, 21);
  }
}

TEST(TopologyPolicyOslo, TakesNamesForWildcardsAndForEachOther) {
  Simulation sim({.seed = 7});
  Host wild{.target = {.topic = "compute", .server = "#"}};
  Host plain{.target = {.topic = "compute", .server = "a"}};
  Host dotted{.target = {.topic = "compute.a", .server = "x"}};
  for (Host* host : {&wild, &plain, &dotted}) serve(sim, *host);
  sim.client("nova-1", {.timeout = 5s}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 10; ++i) who(client, plain.target);
    sim.runtime().sleep_until(sim.now() + 1s);
  });
  sim.run();
  EXPECT_EQ(wild.reached, 10) << "a copy of each";
  EXPECT_EQ(plain.reached, 5);
  EXPECT_EQ(dotted.reached, 5) << "its topic queue is the other's server queue";
}

TEST(TopologyPolicyIsolated, TakesEveryNameToTheLetter) {
  Simulation sim({.seed = 7, .topology = TopologyPolicy::isolated});
  std::vector<Host> hosts;
  for (const char* topic : {"compute", "compute.a", "*", "#", "a#", " ", "é", "a/b>c", "%2A"}) {
    for (const char* server : {"a", "#", "*", "a.b"})
      hosts.push_back({.target = {.topic = topic, .server = server}});
  }
  for (Host& host : hosts) serve(sim, host);
  sim.client("nova-1", {.timeout = 5s}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (const Host& host : hosts)
      EXPECT_EQ(who(client, host.target), '/' + host.target.topic + '/' + host.target.server);
  });
  sim.run();
  for (const Host& host : hosts) EXPECT_EQ(host.reached, 1) << to_string(host.target);
}

}  // namespace
}  // namespace castaway::sim
