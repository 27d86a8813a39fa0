// Time that stands still: whoever goes on and on at one instant is stopped, and the run says so.

#include <functional>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "fiber_world_for_test.h"
#include "library_tests/world_fixture.h"

namespace castaway::sim {
namespace {

const FiberSettings impatient{.livelock = 1000};

/// Whether time stands still for a task that does this.
bool stuck(const std::function<void(FiberTestWorld&)>& body) {
  FiberTestWorld world(impatient);
  world.start("main", [&] { body(world); });
  world.at(TimePoint(1h), [&] { world.note("an hour later"); });
  world.run();
  EXPECT_EQ(world.log.empty(), world.runtime.livelocked());
  return world.runtime.livelocked();
}

TEST(Livelock, IsATaskThatWaitsForWhatHasHappened) {
  EXPECT_TRUE(stuck([](FiberTestWorld& world) {
    Signal& signal = world.signal("old");
    const Signal::Ticket ticket = signal.ticket();
    signal.notify();
    while (signal.wait(ticket, never)) {
    }
  }));
}

TEST(Livelock, IsATaskWhoseDeadlineHasPassed) {
  EXPECT_TRUE(stuck([](FiberTestWorld& world) {
    Signal& signal = world.signal("silent");
    while (!signal.wait(signal.ticket(), TimePoint{})) {
    }
  }));
}

TEST(Livelock, IsATaskThatSleepsForNoTime) {
  EXPECT_TRUE(stuck([](FiberTestWorld& world) {
    for (;;) world.runtime.sleep_until(world.runtime.now());
  }));
}

TEST(Livelock, IsATaskThatOnlyTakesLocks) {
  EXPECT_TRUE(stuck([](FiberTestWorld& world) {
    for (;;) world.runtime.checkpoint("lock");
  }));
}

TEST(Livelock, IsTwoTasksThatWakeEachOther) {
  EXPECT_TRUE(stuck([](FiberTestWorld& world) {
    Signal& ping = world.signal("ping");
    Signal& pong = world.signal("pong");
    const auto answer = [](Signal& heard, Signal& said) {
      for (;;) {
        const Signal::Ticket ticket = heard.ticket();
        said.notify();
        heard.wait(ticket, never);
      }
    };
    world.start("other", [&] { answer(ping, pong); });
    answer(pong, ping);
  }));
}

TEST(Livelock, IsNotMuchWorkAtManyInstants) {
  EXPECT_FALSE(stuck([](FiberTestWorld& world) {
    for (int instant = 0; instant < 100; ++instant) {
      for (int i = 0; i < 900; ++i) world.runtime.checkpoint("lock");
      world.runtime.sleep_until(deadline_after(world.runtime.now(), 1s));
    }
  }));
}

TEST(Livelock, EndsARunAndLeavesItsCallsHanging) {
  Simulation sim({.fibers = impatient});
  const Endpoint endpoint{.methods = {{"spin", [&](const Object&, const Object&) -> nlohmann::json {
                                         for (;;) sim.runtime().sleep_until(sim.now());
                                       }}}};
  sim.serve({.topic = "compute", .server = "host-1"}, {endpoint});
  sim.client("nova-1", {.target = {.topic = "compute"}},
             [](RPCClient& client) { client.call({}, "spin"); });
  const check::History& history = sim.run();
  EXPECT_EQ(history.ending, check::Ending::livelock);
  EXPECT_THAT(check::one_completion(history), check::IsViolated());
}

}  // namespace
}  // namespace castaway::sim
