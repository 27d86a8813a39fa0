#include "castaway/sim/fiber_runtime.h"

#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(FiberRuntime, SleepsToTheNanosecond) {
  FiberTestWorld world;
  world.start("main", [&] {
    world.runtime.sleep_until(TimePoint(5s + 1ns));
    world.note(to_string(world.runtime.now().time_since_epoch()));
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("5.000000001s"));
}

TEST(FiberRuntime, DoesNoWorkWhileAllSleep) {
  FiberTestWorld world;
  world.start("main", [&] { world.runtime.sleep_until(TimePoint(1000h)); });
  world.run();
  EXPECT_EQ(world.runtime.now(), TimePoint(1000h));
  EXPECT_EQ(world.scheduler.count(), 2U);  // it began, and it woke
}

TEST(FiberRuntime, RunsTasksInTheOrderInWhichTheyBecameReady) {
  FiberTestWorld world;
  Signal& go = world.signal("go");
  for (const char* name : {"a", "b", "c"}) {
    world.start(name, [&, name] {
      world.note(std::string(name) + " begins");
      go.wait(go.ticket(), never);
      world.note(std::string(name) + " woke");
    });
  }
  world.start("notifier", [&] { go.notify(); });
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("a begins", "b begins", "c begins", "a woke", "b woke", "c woke"));
}

TEST(FiberRuntime, LetsMessagesInBeforeTheTasksOfTheSameInstant) {
  FiberTestWorld world;
  const auto schedule = [&](EventClass event_class, std::string what) {
    world.scheduler.at(TimePoint(1s), event_class, 0, [&, what] { world.note(what); });
  };
  world.start("sleeper", [&] {
    world.runtime.sleep_until(TimePoint(1s));
    world.note("sleeper");
    schedule(EventClass::message, "late message");
    world.start("child", [&] { world.note("child"); });
  });
  schedule(EventClass::deadline, "deadline");
  schedule(EventClass::message, "message");
  schedule(EventClass::world, "world");
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("world", "message", "deadline", "sleeper", "late message", "child"));
}

TEST(FiberRuntime, AMessageAtTheDeadlineIsInTime) {
  FiberTestWorld world;
  Signal& reply = world.signal("reply");
  world.start("main", [&] {
    world.note(reply.wait(reply.ticket(), TimePoint(5s)) ? "reply" : "deadline");
    world.note(reply.wait(reply.ticket(), TimePoint(9s)) ? "reply" : "deadline");
  });
  world.scheduler.at(TimePoint(5s), EventClass::message, 0, [&] { reply.notify(); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("reply", "deadline"));
  EXPECT_EQ(world.runtime.now(), TimePoint(9s));
}

TEST(FiberRuntime, ASleeperThatNotifiesAtTheDeadlineIsInTimeWhoeverCameFirst) {
  for (const bool waiter_first : {true, false}) {
    FiberTestWorld world;
    Signal& reply = world.signal("reply");
    const auto wait = [&] {
      world.note(reply.wait(reply.ticket(), TimePoint(5s)) ? "reply" : "deadline");
    };
    const auto sleep = [&] {
      world.runtime.sleep_until(TimePoint(5s));
      reply.notify();
    };
    if (waiter_first) world.start("waiter", wait);
    world.start("sleeper", sleep);
    if (!waiter_first) world.start("waiter", wait);
    world.run();
    EXPECT_THAT(world.log, ElementsAre("reply")) << waiter_first;
  }
}

TEST(FiberRuntime, AWaitThatWasNotifiedLeavesNoDeadlineBehind) {
  FiberTestWorld world;
  Signal& reply = world.signal("reply");
  world.start("main", [&] { reply.wait(reply.ticket(), TimePoint(1h)); });
  world.at(TimePoint(1s), [&] { reply.notify(); });
  world.run();
  EXPECT_EQ(world.runtime.now(), TimePoint(1s));
}

TEST(FiberRuntime, RunsUntilItIsDoneOrAtItsLimit) {
  FiberTestWorld world;
  int ticks = 0;
  world.start("clock", [&] {
    for (;; ++ticks) world.runtime.sleep_until(world.runtime.now() + 1s);
  });
  EXPECT_TRUE(world.runtime.run([&] { return ticks == 3; }));
  EXPECT_EQ(world.runtime.now(), TimePoint(3s));
  EXPECT_FALSE(world.runtime.run([&] { return ticks == 30; }, TimePoint(5s)));
  EXPECT_EQ(ticks, 5);
  EXPECT_EQ(world.runtime.now(), TimePoint(5s));
}

TEST(FiberRuntime, ReportsWhatEachTaskWaitsFor) {
  FiberTestWorld world;
  FiberRuntime& runtime = world.runtime;
  Signal& reply = world.signal("reply");
  const ProcessId client = runtime.make_process("c1"), server = runtime.make_process("s1");
  world.start(client, "main", [&] { reply.wait(reply.ticket(), TimePoint(5s)); });
  world.start(client, "main", [&] {
    runtime.sleep_until(TimePoint(1500ms));
    reply.wait(reply.ticket(), never);
  });
  world.start("harness", [&] { world.tasks.at(0)->join(); });
  world.start("ended", [] {});
  world.start(server, "heart", [&] { runtime.sleep_until(TimePoint(4s)); });
  world.start(server, "worker", [&] { runtime.sleep_until(TimePoint(1s)); });
  world.start(server, "idle", [&] { runtime.sleep_until(never); });
  world.at(TimePoint(500ms), [&] { runtime.pause(server, TimePoint(7s)); });
  EXPECT_EQ(runtime.waiting_tasks(), "");
  world.run(TimePoint(2s));
  EXPECT_EQ(runtime.waiting_tasks(),
            "c1/main waits for signal 'reply' since 0s (deadline 5s)\n"
            "c1/main#2 waits for signal 'reply' since 1.5s\n"
            "harness waits for the end of c1/main since 0s\n"
            "s1/heart sleeps since 0s (until 4s)\n"
            "s1/worker is paused since 1s (until 7s)\n"
            "s1/idle sleeps since 0s\n");
}

TEST(FiberRuntime, ReportsADeadlock) {
  FiberTestWorld world;
  world.start("a", [&] { world.tasks.at(1)->join(); });
  world.start("b", [&] { world.tasks.at(0)->join(); });
  EXPECT_FALSE(world.runtime.run([] { return false; }));
  EXPECT_EQ(world.runtime.waiting_tasks(),
            "a waits for the end of b since 0s\n"
            "b waits for the end of a since 0s\n");
}

struct NoStandardException {
  int value;
};

TEST(FiberRuntime, RethrowsWhatEscapesFromATaskAsItWas) {
  FiberTestWorld world;
  const ProcessId client = world.runtime.make_process("c1");
  world.start(client, "main", [&] {
    world.runtime.sleep_until(TimePoint(1s));
    throw NoStandardException{42};
  });
  world.start("other", [&] { world.runtime.sleep_until(TimePoint(2s)); });
  try {
    world.run();
    FAIL() << "nothing escaped";
  } catch (const NoStandardException& escaped) {
    EXPECT_EQ(escaped.value, 42);
  }
  EXPECT_EQ(world.runtime.failed_task(), "c1/main");
  EXPECT_EQ(world.runtime.now(), TimePoint(1s));
  world.run();  // the others may go on
  EXPECT_EQ(world.runtime.now(), TimePoint(2s));
}

TEST(FiberRuntime, ATaskThatFailsIsJoinedAllTheSame) {
  FiberTestWorld world;
  world.start("main", [&] {
    world.runtime.spawn("child", [] { throw std::runtime_error("child"); })->join();
    world.note("joined");
  });
  EXPECT_THROW(world.run(), std::runtime_error);
  world.run();
  EXPECT_THAT(world.log, ElementsAre("joined"));
  EXPECT_EQ(world.runtime.failed_task(), "child");
}

TEST(FiberRuntime, OnlyATaskCanWait) {
  FiberTestWorld world;
  Signal& signal = world.signal("s");
  world.start("main", [&] { signal.wait(signal.ticket(), never); });
  EXPECT_THROW(world.runtime.sleep_until(TimePoint(1s)), std::logic_error);
  EXPECT_THROW(signal.wait(signal.ticket(), never), std::logic_error);
  EXPECT_THROW(world.tasks.at(0)->join(), std::logic_error);
}

TEST(FiberRuntime, ATaskCannotRunTheRuntime) {
  FiberTestWorld world;
  world.start("main", [&] { EXPECT_THROW(world.run(), std::logic_error); });
  world.run();
}

TEST(FiberRuntime, KnowsWhoRuns) {
  FiberTestWorld world;
  FiberRuntime& runtime = world.runtime;
  const ProcessId client = runtime.make_process("c1");
  const auto who = [&] {
    return runtime.current_task() + " of " + std::to_string(runtime.current_process());
  };
  world.start(client, "main", [&] {
    world.note(who());
    const auto child = runtime.spawn("child", [&] { world.note(who()); });
    child->join();
    world.note(who());
  });
  world.at(TimePoint(1s), [&] { world.note(who()); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("c1/main of 1", "c1/child of 1", "c1/main of 1", " of 0"));
}

TEST(FiberRuntime, StepsTheCalendarAndNoDeadline) {
  FiberTestWorld world({.calendar_start = CalendarTime(1000s)});
  const auto calendar = [&] { world.note(to_string(world.runtime.calendar().time_since_epoch())); };
  world.start("main", [&] {
    calendar();
    world.runtime.sleep_until(TimePoint(10s));
    calendar();
    EXPECT_EQ(world.runtime.now(), TimePoint(10s));
  });
  world.at(TimePoint(1s), [&] { world.runtime.step_calendar(-500s); });
  world.at(TimePoint(2s), [&] { world.runtime.step_calendar(1ns); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("1000s", "510.000000001s"));
}

TEST(FiberRuntime, StartsTheCalendarIn2026) {
  FiberTestWorld world;
  EXPECT_EQ(world.runtime.calendar(), CalendarTime(1'767'225'600s));
}

/// random_bits() as three tasks of the same code see them.
std::vector<std::uint64_t> bits_under(std::uint64_t seed, bool with_others) {
  FiberTestWorld world;
  world.runtime.seed_ids(seed);
  std::vector<std::uint64_t> bits = {world.runtime.random_bits("id")};
  for (int i = 0; i < 3; ++i) {
    world.start("main", [&] {
      for (const char* purpose : {"id", "id", "jitter"}) {
        if (with_others) static_cast<void>(world.runtime.random_bits("other"));
        bits.push_back(world.runtime.random_bits(purpose));
      }
    });
  }
  world.run();
  return bits;
}

TEST(FiberRuntime, RandomBitsDependOnSeedTaskPurposeAndCountAlone) {
  const auto bits = bits_under(7, false);
  EXPECT_EQ(std::set(bits.begin(), bits.end()).size(), 10U);
  EXPECT_THAT(bits_under(7, true), ElementsAreArray(bits));
  EXPECT_NE(bits_under(8, false), bits);
}

TEST(FiberRuntime, RandomBitsAreNoDeviations) {
  FiberTestWorld world({}, std::make_unique<Random>(7));
  world.start("main", [&] { EXPECT_NE(world.runtime.random_bits("id"), 0U); });
  world.run();
  EXPECT_THAT(world.decisions.deviations(), IsEmpty());
}

TEST(FiberRuntime, RunsTenThousandTasks) {
  FiberTestWorld world;
  constexpr int count = 10'000;
  Signal& go = world.signal("go");
  int ended = 0;
  for (int i = 0; i < count; ++i) {
    world.start("many", [&] {
      go.wait(go.ticket(), never);
      world.runtime.sleep_until(world.runtime.now() + 1s);
      ++ended;
    });
  }
  world.at(TimePoint(1s), [&] { go.notify(); });
  world.run();
  EXPECT_EQ(ended, count);
  EXPECT_EQ(world.runtime.now(), TimePoint(2s));
}

TEST(FiberRuntime, UnwindsATaskThatIsDestroyedWhereNobodyCanWait) {
  FiberTestWorld world;
  world.at(TimePoint(1s),
           [&] { auto task = world.runtime.spawn("never begins", [&] { world.note("ran"); }); });
  auto waiter = world.runtime.spawn("waiter", [&] {
    const std::shared_ptr<void> last(nullptr, [&](void*) { world.note("unwound"); });
    world.runtime.sleep_until(TimePoint(1h));
    world.note("slept");
  });
  world.at(TimePoint(2s), [&] {
    waiter.reset();
    world.note("destroyed");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("unwound", "destroyed"));
  EXPECT_EQ(world.runtime.now(), TimePoint(2s));
}

TEST(FiberRuntime, StartsNothingFromATaskThatIsUnwound) {
  FiberTestWorld world;
  auto waiter = world.runtime.spawn("waiter", [&] {
    const std::shared_ptr<void> last(nullptr, [&](void*) {
      world.start("child", [&] { world.note("child ran"); });
      world.note("unwound");
    });
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.at(TimePoint(1s), [&] { waiter.reset(); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("unwound"));
}

TEST(FiberRuntimeDeathTest, ASignalIsNotDestroyedUnderATaskThatWaitsForIt) {
  FiberTestWorld world;
  auto reply = world.runtime.make_signal("reply");
  world.start("main", [&] { reply->wait(reply->ticket(), never); });
  world.run();
  const std::string why = "signal 'reply' is destroyed while task 'main' waits for it";
  EXPECT_DEATH(reply.reset(), why);
  reply->notify();
  EXPECT_DEATH(reply.reset(), why);  // woken, but not yet gone
  world.run();
}

}  // namespace
}  // namespace castaway::sim
