// Pausing a process: its tasks stop, the world goes on, and what woke them meanwhile waits with
// them.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/fiber_runtime.h"

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;

/// A world with one process, which is paused from 1s to 5s.
struct PauseWorld : FiberTestWorld {
  PauseWorld() {
    at(TimePoint(1s), [this] { runtime.pause(process, TimePoint(5s)); });
  }
  void note_at(const std::string& what) {
    note(what + " at " + to_string(runtime.now().time_since_epoch()));
  }

  ProcessId process = runtime.make_process("s1");
};

TEST(Pause, HoldsUpSleepers) {
  PauseWorld world;
  for (const Duration until : {900ms, 1000ms, 3000ms, 5000ms, 6000ms}) {
    world.start(world.process, "sleeper", [&world, until] {
      world.runtime.sleep_until(TimePoint(until));
      world.note_at(to_string(until));
    });
  }
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("900ms at 900ms", "1s at 5s", "3s at 5s", "5s at 5s", "6s at 6s"));
}

TEST(Pause, DoesNotHoldUpOthers) {
  PauseWorld world;
  world.start(world.runtime.make_process("c1"), "main", [&] {
    world.runtime.sleep_until(TimePoint(2s));
    world.note_at("c1");
  });
  world.at(TimePoint(3s), [&] { world.note_at("event"); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("c1 at 2s", "event at 3s"));
}

TEST(Pause, EndsInTheOrderInWhichTasksWereWoken) {
  PauseWorld world;
  Signal& one = world.signal("one");
  Signal& two = world.signal("two");
  const auto wait_for = [&](Signal& signal, TimePoint deadline, std::string what) {
    world.start(world.process, "waiter", [&, deadline, what = std::move(what)] {
      signal.wait(signal.ticket(), deadline);
      world.note_at(what);
    });
  };
  wait_for(one, never, "one");
  wait_for(two, never, "two");
  wait_for(one, TimePoint(1500ms), "one's deadline");
  world.at(TimePoint(2s), [&] { two.notify(); });
  world.at(TimePoint(3s), [&] { one.notify(); });
  world.scheduler.at(TimePoint(5s), EventClass::message, 0, [&] { world.note_at("message"); });
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("message at 5s", "one's deadline at 5s", "two at 5s", "one at 5s"));
}

TEST(Pause, LetsANotifyWinOverADeadlineThatPassedMeanwhile) {
  PauseWorld world;
  Signal& reply = world.signal("reply");
  for (int i = 0; i < 2; ++i) {
    world.start(world.process, "main", [&] {
      const bool notified = reply.wait(reply.ticket(), TimePoint(2s));
      world.note_at(notified ? "reply" : "deadline");
      world.note_at(reply.wait(reply.ticket(), TimePoint(3s)) ? "reply" : "deadline");
    });
  }
  world.at(TimePoint(4s), [&] { reply.notify(); });
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("reply at 5s", "deadline at 5s", "reply at 5s", "deadline at 5s"));
}

TEST(Pause, LetsADeadlinePass) {
  PauseWorld world;
  Signal& reply = world.signal("reply");
  world.start(world.process, "main", [&] {
    world.note_at(reply.wait(reply.ticket(), TimePoint(2s)) ? "reply" : "deadline");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("deadline at 5s"));
}

TEST(Pause, HoldsUpATaskThatIsStartedMeanwhile) {
  PauseWorld world;
  world.at(TimePoint(2s),
           [&] { world.start(world.process, "main", [&] { world.note_at("main"); }); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main at 5s"));
}

TEST(Pause, LastsAsLongAsTheLongest) {
  PauseWorld world;
  world.at(TimePoint(2s), [&] { world.runtime.pause(world.process, TimePoint(3s)); });
  world.at(TimePoint(4s), [&] { world.runtime.pause(world.process, TimePoint(8s)); });
  world.start(world.process, "main", [&] {
    world.runtime.sleep_until(TimePoint(2s));
    world.note_at("main");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main at 8s"));
  EXPECT_EQ(world.runtime.paused_until(world.process), TimePoint(8s));
}

TEST(Pause, StopsATaskThatCausesItAtItsNextStep) {
  using Step = std::function<void(PauseWorld&)>;
  const Step checkpoint = [](PauseWorld& world) { world.runtime.checkpoint("here"); };
  const Step sleep = [](PauseWorld& world) { world.runtime.sleep_until(TimePoint()); };
  const Step wait = [](PauseWorld& world) {
    Signal& signal = world.signal("s");
    signal.notify();
    signal.wait(signal.ticket() - 1, never);
  };
  for (const Step& step : {checkpoint, sleep, wait}) {
    PauseWorld world;
    world.start(world.process, "main", [&] {
      world.runtime.pause(world.process, TimePoint(500ms));
      world.note_at("goes on");
      step(world);
      world.note_at("after");
    });
    world.run();
    EXPECT_THAT(world.log, ElementsAre("goes on at 0s", "after at 500ms"));
  }
}

TEST(Pause, EndsWithAKill) {
  PauseWorld world;
  world.start(world.process, "main", [&] {
    const std::shared_ptr<void> last(nullptr, [&](void*) { world.note_at("unwound"); });
    world.runtime.sleep_until(TimePoint(2s));
    world.note_at("slept");
  });
  world.at(TimePoint(3s), [&] { world.runtime.kill(world.process); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("unwound at 3s"));
  EXPECT_TRUE(world.scheduler.empty());
}

TEST(Pause, IsOfOneIncarnation) {
  PauseWorld world;
  world.at(TimePoint(2s), [&] {
    world.runtime.kill(world.process);
    world.start(world.runtime.make_process("s1"), "main", [&] { world.note_at("s1@2"); });
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("s1@2 at 2s"));
}

}  // namespace
}  // namespace castaway::sim
