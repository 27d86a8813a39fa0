// The server in a simulated world.

#include "castaway/rpc_server.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

TEST(RPCServer, NeedsATopicAndAServer) {
  Simulation sim;
  sim.process("p", [&](Process& process) {
    EXPECT_THROW(RPCServer(process.messaging, {.server = "host-1"}, {}), InvalidTarget);
    EXPECT_THROW(RPCServer(process.messaging, {.topic = "compute"}, {}), InvalidTarget);
  });
  sim.run();
}

TEST(RPCServer, IsReadyWhenStartReturns) {
  Simulation sim(
      {.seed = 7,
       .network = {.latency = {.shape = Distribution::Shape::uniform, .a = 1ms, .b = 50ms}}});
  json result;
  sim.process("both", [&](Process& process) {
    RPCServer server(process.messaging, {.topic = "t", .server = "s"}, {echo_endpoint(sim)});
    server.start();
    const RPCClient client(process.messaging,
                           {.target = {.topic = "t"}, .timeout = 5s, .mandatory = true});
    result = client.call({}, "echo", {{"v", "ready"}});
  });
  sim.run();
  EXPECT_EQ(result, "ready");
}

TEST(RPCServer, RunsNoMoreMethodsAtOnceThanItHasWorkers) {
  Simulation sim({.seed = 7});
  int running = 0;
  int most = 0;
  const Endpoint endpoint{.methods = {{"work", [&](const Object&, const Object&) {
                                         most = std::max(most, ++running);
                                         sim.runtime().sleep_until(sim.now() + 50ms);
                                         --running;
                                         return json();
                                       }}}};
  sim.serve({.topic = "t", .server = "s"}, {endpoint}, {.workers = 3});
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 20; ++i) client.cast({}, "work");
  });
  const auto& history = sim.run();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(count(history, EventKind::done), 20U);
}

TEST(RPCServer, ACastGetsNoReplyAndItsErrorGoesNowhere) {
  Simulation sim({.seed = 7});
  const auto& history = in_world(sim, [](RPCClient& client) {
    client.cast({}, "fail");
    client.cast({}, "echo", {{"v", 1}});
  });
  EXPECT_EQ(count(history, EventKind::execute), 2U);
  EXPECT_EQ(count(history, EventKind::reply), 0U);
}

TEST(RPCServer, AnUnserialisableResultIsAFailureReplyInStrictAndSilenceInClassic) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile});
    in_world(sim, [&](RPCClient& client) {
      if (profile == Profile::strict) {
        EXPECT_EQ(thrown_by<RemoteError>([&] { client.call({}, "unserialisable"); }).exc_type(),
                  "EncodeError");
      } else {
        EXPECT_THROW(client.call({}, "unserialisable"), MessagingTimeout);
      }
      EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1) << "the server goes on";
    });
  }
}

TEST(RPCServer, StopsWithoutBeginningAnythingAndWaitsForWhatRuns) {
  Simulation sim({.seed = 7});
  sim.serve({.topic = "t", .server = "s"}, {echo_endpoint(sim)}, {.workers = 1});
  std::size_t begun_at_stop = 0;
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 5; ++i) client.cast({}, "slow", {{"ms", 300}});
    sim.stop_server("s");
    begun_at_stop = count(sim.recorder().history(), EventKind::execute);
    EXPECT_EQ(count(sim.recorder().history(), EventKind::done), begun_at_stop)
        << "wait() has seen them end";
    sim.runtime().sleep_until(sim.now() + 10s);
    EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), begun_at_stop);
    sim.start_server("s");
  });
  const auto& history = sim.run();
  EXPECT_GT(begun_at_stop, 0U);
  EXPECT_LT(begun_at_stop, 5U);
  EXPECT_EQ(count(history, EventKind::done), 5U) << "what was given back is run after the restart";
  EXPECT_THAT(check::at_most_once(history), check::Holds());
}

TEST(RPCServer, AReplyWaitsForAReplyQueueThatComesBack) {
  // The caller's link is away while the method runs; its reply queue stays, and so does the reply.
  Simulation sim({.seed = 7,
                  .faults = {{.id = "away",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.after = EventPattern{.ev = "execute"}, .limit = 1},
                              .action = Disconnect{.who = "nova-1", .for_ = 2s}}}});
  in_world(sim, [&](RPCClient& client) { EXPECT_EQ(client.call({}, "slow", {{"ms", 500}}), 500); });
}

/// What a logger would hear of the server.
class Listening final : public Observer {
 public:
  void executed(const Execution& execution, const json*, const Failure* failure) override {
    if (failure != nullptr) tell(execution, *failure);
  }
  void refused(const Execution& execution, const Failure& failure) override {
    tell(execution, failure);
  }
  void swallowed_error(std::string_view where, std::string_view what) override {
    heard.push_back(std::string(where) + ": " + std::string(what));
  }

  std::vector<std::string> heard = {};

 private:
  void tell(const Execution& execution, const Failure& failure) {
    heard.push_back(execution.method + ": " + (execution.expected ? "expected " : "") +
                    failure.class_name);
  }
};

TEST(RPCServer, TellsItsObserverWhichErrorsWereExpected) {
  Simulation sim({.seed = 7});
  Listening observer;
  sim.process("s", [&](Process& process) {
    SimTransport transport(sim.network(), process.runtime.current_process(), "s");
    RPCTransport messaging(process.runtime, transport, {.name = "s"}, &observer);
    const Method find = [](const Object&, const Object&) -> json { throw std::out_of_range("9"); };
    RPCServer server(
        messaging, {.topic = "t", .server = "s"},
        {{.methods = {{"find", find}, {"look", expected_exceptions<std::logic_error>(find)}}}});
    server.start();
    const RPCClient client(process.messaging, {.target = {.topic = "t"}, .timeout = 5s});
    for (const char* method : {"find", "look", "gone", "gone_ignore_errors"})
      EXPECT_THROW(client.call({}, method), RemoteError);
  });
  sim.run();
  EXPECT_THAT(
      observer.heard,
      testing::ElementsAre("find: out_of_range", "look: expected out_of_range",
                           "gone: NoSuchMethod", "gone_ignore_errors: expected NoSuchMethod"));
}

TEST(RPCServer, ExecutesNothingWhenThereIsNoSuchMethod) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile});
    const auto& history = in_world(sim, [](RPCClient& client) {
      EXPECT_THROW(client.call({}, "nothing_here"), RemoteError);
      EXPECT_THROW(client.prepare({.version = "9.0"}).call({}, "echo"), RemoteError);
    });
    EXPECT_EQ(count(history, EventKind::execute), 0U);
    EXPECT_EQ(count(history, EventKind::error), 2U);
  }
}

TEST(RPCServer, WhateverAMethodThrowsReachesTheCallerAndTheServerGoesOn) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile});
    const Endpoint endpoint{
        .methods = {{"leave", [](const Object&, const Object&) -> json { throw 42; }}}};
    sim.serve({.topic = "t", .server = "s"}, {endpoint, echo_endpoint(sim)}, {.workers = 1});
    sim.client("c", {.target = {.topic = "t"}, .timeout = 5s}, [&](RPCClient& client) {
      EXPECT_EQ(thrown_by<RemoteError>([&] { client.call({}, "leave"); }).exc_type(), "int");
      EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1);
    });
    sim.run();
  }
}

TEST(RPCServer, AKilledServerRunsNothingMore) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7,
                    .faults = {{.id = "crash",
                                .on = {.edge = Edge::process},
                                .when = {.at = 500ms},
                                .action = Kill{.who = "s"}}},
                    .profile = profile});
    int begun = 0;
    int ended = 0;
    const Endpoint endpoint{.methods = {{"work", [&](const Object&, const Object&) {
                                           ++begun;
                                           sim.runtime().sleep_until(sim.now() + 1s);
                                           ++ended;
                                           return json();
                                         }}}};
    sim.serve({.topic = "t", .server = "s"}, {endpoint}, {.workers = 2});
    sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
      sim.runtime().sleep_until(TimePoint(100ms));
      for (int i = 0; i < 10; ++i) client.cast({}, "work");
    });
    const auto& history = sim.run();
    EXPECT_EQ(begun, 2) << "what it had accepted besides is lost with it";
    EXPECT_EQ(ended, 0);
    EXPECT_EQ(count(history, EventKind::done), 0U);
  }
}

TEST(RPCServer, AnswersPingIfItIsToldTo) {
  for (const bool enabled : {true, false}) {
    Simulation sim({.seed = 7});
    sim.serve({.topic = "t", .server = "s"}, {}, {.rpc_ping_enabled = enabled});
    sim.client("c", {.target = {.topic = "t"}, .timeout = 5s}, [&](RPCClient& client) {
      if (enabled) {
        EXPECT_EQ(client.call({}, "oslo_rpc_server_ping"), "pong");
      } else {
        EXPECT_EQ(
            thrown_by<RemoteError>([&] { client.call({}, "oslo_rpc_server_ping"); }).exc_type(),
            "UnsupportedVersion");
      }
    });
    sim.run();
  }
}

}  // namespace
}  // namespace castaway::sim
