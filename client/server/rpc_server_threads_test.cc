// The server on real threads: its lifecycle under many hands, and its workers.

#include "castaway/rpc_server.h"

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/thread_runtime.h"

#include "obliging_transport_for_test.h"
#include "rpc/new_id.h"

namespace castaway {
namespace {

using nlohmann::json;

const Target target{.topic = "t", .server = "s"};

/// A server whose method "meet" returns once so many of it run at once.
struct World {
  explicit World(Profile profile = Profile::strict, bool answers = true)
      : transport(runtime, answers), messaging(runtime, transport, {.profile = profile}) {}

  bool ask(const std::string& method) {
    return transport.deliver(
        encode(Request{.method = method, .unique_id = new_id(runtime, "test")}, std::nullopt));
  }

  ThreadRuntime runtime;
  ObligingTransport transport;
  RPCTransport messaging;
};

class Lifecycle : public testing::TestWithParam<Profile> {};

TEST_P(Lifecycle, SurvivesManyHands) {
  World world(GetParam());
  RPCServer server(world.messaging, target, {{.methods = {}}}, {.workers = 2});
  std::vector<std::unique_ptr<Task>> tasks;
  for (int t = 0; t < 3; ++t) {
    tasks.push_back(world.runtime.spawn("starter", [&] {
      for (int i = 0; i < 30; ++i) server.start();
    }));
    tasks.push_back(world.runtime.spawn("stopper", [&] {
      for (int i = 0; i < 30; ++i) server.stop();
    }));
  }
  for (const auto& task : tasks) task->join();
  server.stop();
  server.wait();
  server.start();
  EXPECT_TRUE(world.ask("m")) << "it still serves";
}

TEST_P(Lifecycle, AStopFromElsewhereEndsAStartThatFindsNoBroker) {
  World world(GetParam(), false);
  RPCServer server(world.messaging, target, {});
  Guarded<bool> started(world.runtime, "started", false);
  const auto starter = world.runtime.spawn("starter", [&] {
    server.start();
    *started.lock() = true;
  });
  // A stop() that comes before the start() does nothing; one of them comes after.
  while (!*started.lock()) {
    server.stop();
    std::this_thread::yield();
  }
  server.wait();
}

TEST_P(Lifecycle, WaitReturnsWhenAnotherTaskHasStopped) {
  World world(GetParam());
  RPCServer server(world.messaging, target, {});
  server.start();
  const auto stopper = world.runtime.spawn("stopper", [&] { server.stop(); });
  server.wait();
  EXPECT_FALSE(world.ask("m"));
}

INSTANTIATE_TEST_SUITE_P(Profiles, Lifecycle, testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

TEST(RPCServerWorkers, AreAsManyAsThereIsWorkForUpToTheLimit) {
  World world;
  struct State {
    int running = 0;
    int most = 0;
  };
  Guarded<State> state(world.runtime, "running");
  const std::unique_ptr<Signal> changed = world.runtime.make_signal("running");
  const auto wait_for = [&](const std::function<bool(const State&)>& holds) {
    for (;;) {
      const Signal::Ticket ticket = changed->ticket();
      if (holds(*state.lock())) return;
      if (!changed->wait(ticket, world.runtime.now() + 30s)) {
        ADD_FAILURE() << "it never came to that";
        return;
      }
    }
  };
  const Method meet = [&](const Object&, const Object&) {
    {
      auto now = state.lock();
      now->most = std::max(now->most, ++now->running);
    }
    changed->notify();
    wait_for([](const State& now) { return now.most == 5; });
    --state.lock()->running;
    changed->notify();
    return json();
  };
  RPCServer server(world.messaging, target, {{.methods = {{"meet", meet}}}}, {.workers = 5});
  server.start();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.ask("meet"));
  wait_for([](const State& now) { return now.most == 5; });
  server.stop();
  server.wait();
  EXPECT_EQ(state.lock()->most, 5);
  EXPECT_EQ(state.lock()->running, 0);
}

}  // namespace
}  // namespace castaway
