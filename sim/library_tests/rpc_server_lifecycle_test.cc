// The server's lifecycle: start, stop, wait, again; from whoever and whenever.

#include <cmath>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

class ServerLifecycle : public testing::TestWithParam<Profile> {
 protected:
  /// Runs `script` in a process that has a server, and a client of it.
  void in_process(const std::function<void(RPCServer&, RPCClient&)>& script,
                  std::vector<Endpoint> more = {}) {
    more.push_back(echo_endpoint(sim));
    bool ended = false;
    sim.process("both", [&](Process& process) {
      RPCServer server(process.messaging, {.topic = "t", .server = "s"}, more, {.workers = 2});
      RPCClient client(process.messaging, {.target = {.topic = "t"}, .timeout = 5s});
      script(server, client);
      ended = true;
    });
    sim.run();
    EXPECT_TRUE(ended) << "it waits for ever:\n" << sim.runtime().waiting_tasks();
  }

  std::unique_ptr<Task> beside(std::function<void()> what) {
    return sim.runtime().spawn("beside", std::move(what));
  }
  void pause(Duration length) { sim.runtime().sleep_until(sim.now() + length); }

  Simulation sim{{.seed = 7, .profile = GetParam(), .limit = 300s}};
};

TEST_P(ServerLifecycle, EverythingMayBeCalledTwiceAndBeforeItsTime) {
  in_process([&](RPCServer& server, RPCClient& client) {
    server.stop();
    server.wait();
    server.stop();
    for (int epoch = 1; epoch <= 3; ++epoch) {
      server.start();
      server.start();
      EXPECT_EQ(client.call({}, "echo", {{"v", epoch}}), epoch);
      server.stop();
      server.stop();
      server.wait();
      server.wait();
    }
    EXPECT_THROW(client.prepare({.timeout = 1s}).call({}, "echo", {{"v", 0}}), MessagingTimeout);
  });
}

TEST_P(ServerLifecycle, AStartAfterAStopWaitsForTheOldEpochFirst) {
  in_process([&](RPCServer& server, RPCClient& client) {
    server.start();
    const auto slow = beside([&] { EXPECT_EQ(client.call({}, "slow", {{"ms", 2'000}}), 2'000); });
    pause(100ms);
    server.stop();
    server.start();
    EXPECT_GE(sim.now(), TimePoint(2s));
    EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1);
    slow->join();
  });
}

TEST_P(ServerLifecycle, WaitLastsUntilSomebodyStops) {
  in_process([&](RPCServer& server, RPCClient&) {
    server.start();
    const TimePoint begin = sim.now();
    const auto stopper = beside([&] {
      pause(3s);
      server.stop();
    });
    server.wait();
    EXPECT_GE(sim.now() - begin, 3s);
    EXPECT_LT(sim.now() - begin, 4s);
  });
}

TEST_P(ServerLifecycle, AMethodMayStopItsServerAndItsReplyGoesOut) {
  RPCServer* its_server = nullptr;
  const Endpoint quits{.methods = {{"quit", [&](const Object&, const Object&) {
                                      its_server->stop();
                                      return json("bye");
                                    }}}};
  in_process(
      [&](RPCServer& server, RPCClient& client) {
        its_server = &server;
        server.start();
        const auto other = beside([&] { EXPECT_EQ(client.call({}, "quit"), "bye"); });
        EXPECT_EQ(client.call({}, "quit"), "bye") << "two of them at once";
        server.wait();
        other->join();
      },
      {quits});
}

TEST_P(ServerLifecycle, ManyTasksMayStopAndWaitAtOnce) {
  in_process([&](RPCServer& server, RPCClient& client) {
    server.start();
    const auto slow = beside([&] { EXPECT_EQ(client.call({}, "slow", {{"ms", 500}}), 500); });
    pause(100ms);
    std::vector<std::unique_ptr<Task>> tasks;
    for (int i = 0; i < 3; ++i) {
      tasks.push_back(beside([&] { server.stop(); }));
      tasks.push_back(beside([&] { server.wait(); }));
    }
    for (const auto& task : tasks) task->join();
    EXPECT_GE(sim.now(), TimePoint(500ms)) << "the method has ended";
    slow->join();
    server.start();
    EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1);
  });
}

TEST_P(ServerLifecycle, ManyTasksMayStartAtOnce) {
  in_process([&](RPCServer& server, RPCClient& client) {
    std::vector<std::unique_ptr<Task>> tasks;
    for (int i = 0; i < 3; ++i) {
      tasks.push_back(beside([&] {
        server.start();
        EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1) << "ready means ready";
      }));
    }
    for (const auto& task : tasks) task->join();
  });
}

TEST_P(ServerLifecycle, IsGoneWithItsObject) {
  in_process([&](RPCServer& server, RPCClient& client) {
    server.start();
    client.call({}, "echo", {{"v", 1}});
  });
  EXPECT_EQ(sim.network().broker().ready("t"), 0U);
}

TEST_P(ServerLifecycle, AStartThatFindsNoBrokerEndsWithAStop) {
  Simulation dark({.seed = 7,
                   .faults = {{.id = "away",
                               .on = {.edge = Edge::link},
                               .when = {.at = 0s},
                               .action = Disconnect{.who = "alone", .for_ = 1h}}},
                   .profile = GetParam(),
                   .limit = 300s});
  TimePoint ended;
  dark.process(
      "alone",
      [&](Process& process) {
        RPCServer server(process.messaging, {.topic = "t", .server = "s"}, {});
        const auto stopper = process.runtime.spawn("stopper", [&] {
          process.runtime.sleep_until(TimePoint(20s));
          server.stop();
        });
        const auto another = process.runtime.spawn("another", [&] { server.start(); });
        server.start();
        another->join();
        server.wait();
        ended = process.runtime.now();
      },
      1s);
  dark.run();
  EXPECT_GE(ended, TimePoint(20s));
  EXPECT_LT(ended, TimePoint(30s));
}

INSTANTIATE_TEST_SUITE_P(Profiles, ServerLifecycle,
                         testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

TEST(ServerLifecycleStrict, StopReturnsOnceWhatWasTakenHasBegun) {
  // A claim takes a second: the worker has taken the request, and does not run it yet.
  Simulation sim({.seed = 7, .claims = {.latency = 500ms}});
  sim.serve({.topic = "t", .server = "s"}, {echo_endpoint(sim)},
            {.workers = 2, .claim_store = sim.claims()});
  bool stopped = false;
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.wait_until_serving("s");
    client.cast({}, "slow", {{"ms", 300}});
    sim.runtime().sleep_until(sim.now() + 20ms);
    sim.stop_server("s");
    stopped = true;
  });
  const check::History& history = sim.run();
  EXPECT_TRUE(stopped);
  TimePoint begun = never;
  TimePoint stop_returned;
  for (const check::Event& event : history.events()) {
    if (event.kind == EventKind::execute) begun = event.at;
    if (event.detail == check::Detail::stopped) stop_returned = event.at;
  }
  EXPECT_LE(begun, stop_returned);
}

TEST(ServerLifecycleStrict, NothingIsLostWhileItStopsAndStartsUnderLoad) {
  Simulation sim({.seed = 7, .limit = 300s});
  sim.serve({.topic = "t", .server = "s"}, {echo_endpoint(sim)}, {.workers = 3});
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.wait_until_serving("s");
    const auto load = sim.runtime().spawn("load", [&] {
      for (int i = 0; i < 200; ++i) {
        client.cast({}, "slow", {{"ms", 7}});
        sim.runtime().sleep_until(sim.now() + 3ms);
      }
    });
    for (int i = 0; i < 5; ++i) {
      sim.runtime().sleep_until(sim.now() + 100ms);
      sim.stop_server("s");
      const std::size_t begun = count(sim.recorder().history(), EventKind::execute);
      sim.runtime().sleep_until(sim.now() + 50ms);
      EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), begun) << "late";
      sim.start_server("s");
    }
    load->join();
  });
  const check::History& history = sim.run();
  EXPECT_EQ(count(history, EventKind::done), 200U);
  EXPECT_THAT(check::at_most_once(history), check::Holds());
}

}  // namespace
}  // namespace castaway::sim
