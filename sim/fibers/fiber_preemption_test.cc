// What a checkpoint is for: it lets a simulation show races between two locks.

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/fiber_runtime.h"

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Answers as told, and keeps the names of the questions.
class Listener final : public Strategy {
 public:
  Listener(std::vector<std::string>& names, std::uint64_t answer)
      : names_(names), answer_(answer) {}
  std::uint64_t answer(const Question& question) override {
    EXPECT_EQ(question.bound, 2U);
    EXPECT_EQ(question.deviate, (Ratio{1, 7}));
    names_.emplace_back(question.name);
    return answer_;
  }

 private:
  std::vector<std::string>& names_;
  std::uint64_t answer_;
};

TEST(Checkpoint, AsksUnderTheNameOfTaskPlaceAndCount) {
  std::vector<std::string> names;
  FiberTestWorld world({.preempt = {1, 7}}, std::make_unique<Listener>(names, 0));
  world.start(world.runtime.make_process("c1"), "main", [&] {
    for (const char* name : {"pending", "pending", "link"}) world.runtime.checkpoint(name);
  });
  world.runtime.checkpoint("outside");
  world.run();
  EXPECT_THAT(names, ElementsAre("c1/main/checkpoint/pending/1", "c1/main/checkpoint/pending/2",
                                 "c1/main/checkpoint/link/1"));
}

TEST(Checkpoint, LetsAllOthersThatAreReadyGoFirst) {
  std::vector<std::string> names;
  FiberTestWorld world({.preempt = {1, 7}}, std::make_unique<Listener>(names, 1));
  for (const char* name : {"a", "b", "c"}) {
    world.start(name, [&, name] {
      world.note(std::string(name) + " before");
      world.runtime.checkpoint("here");
      world.note(std::string(name) + " after");
    });
  }
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("a before", "b before", "c before", "a after", "b after", "c after"));
  EXPECT_EQ(world.runtime.now(), TimePoint());
}

TEST(Checkpoint, LetsAMessageOfTheSameInstantInToo) {
  std::vector<std::string> names;
  FiberTestWorld world({.preempt = {1, 7}}, std::make_unique<Listener>(names, 1));
  world.start("main", [&] {
    world.scheduler.at({}, EventClass::message, 0, [&] { world.note("message"); });
    world.runtime.checkpoint("here");
    world.note("main");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("message", "main"));
}

TEST(Checkpoint, AsksNothingWhenTasksAreNotPreempted) {
  FiberTestWorld world({}, std::make_unique<Random>(7));
  world.start("main", [&] {
    for (int i = 0; i < 100; ++i) world.runtime.checkpoint("here");
  });
  world.run();
  EXPECT_THAT(world.decisions.deviations(), IsEmpty());
}

TEST(Checkpoint, IsNotPassedByATaskThatHoldsALock) {
  FiberTestWorld world({.preempt = {1, 1000}}, std::make_unique<Random>(7));
  Guarded<int> outer(world.runtime, "outer", 0);
  Guarded<int> inner(world.runtime, "inner", 0);
  world.start("main", [&] {
    *outer.lock() = 1;  // one after the other is fine
    *inner.lock() = 1;
    const auto held = outer.lock();
    EXPECT_THROW(static_cast<void>(inner.lock()), std::logic_error);
    EXPECT_THROW(world.runtime.sleep_until(TimePoint(1s)), std::logic_error);
    Signal& signal = world.signal("s");
    EXPECT_THROW(static_cast<void>(signal.wait(signal.ticket(), TimePoint(1s))), std::logic_error);
  });
  world.run();
  EXPECT_EQ(world.runtime.now(), TimePoint());
}

struct Race {
  int made = 0;  ///< how many tasks made what only one should make
  std::vector<Deviation> deviations = {};
};

/// Two tasks look whether something is there, and make it if not: with one lock for each step.
Race race(Ratio preempt, std::unique_ptr<Strategy> strategy) {
  FiberTestWorld world({.preempt = preempt}, std::move(strategy));
  Guarded<bool> there(world.runtime, "there", false);
  Race result;
  for (const char* name : {"one", "two"}) {
    world.start(name, [&] {
      if (*there.lock()) return;
      *there.lock() = true;
      ++result.made;
    });
  }
  world.run();
  result.deviations = world.decisions.deviations();
  return result;
}

TEST(Preemption, ShowsACheckThenActRaceUnderSomeSeeds) {
  int shown = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    shown += race({1, 3}, std::make_unique<Random>(seed)).made == 2;
  }
  EXPECT_GT(shown, 5);
  EXPECT_LT(shown, 45);
}

TEST(Preemption, ShowsNoneAtAChanceOfZero) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(race({0, 1}, std::make_unique<Random>(seed)).made, 1);
  }
}

TEST(Preemption, IsReplayedFromOneDeviation) {
  const Race found =
      race({1, 2}, std::make_unique<Replay>(std::vector<Deviation>{{"one/checkpoint/there/2", 1}}));
  EXPECT_EQ(found.made, 2);
  EXPECT_THAT(found.deviations, ElementsAre(Deviation{"one/checkpoint/there/2", 1}));
  EXPECT_EQ(race({1, 2}, std::make_unique<Replay>(std::vector<Deviation>{})).made, 1);
}

/// Tasks that sleep, notify, wait, spawn and throw as a hash tells them; what they did, and when.
std::vector<std::string> little_program(std::uint64_t seed) {
  FiberTestWorld world({.preempt = {1, 5}}, std::make_unique<Random>(seed));
  FiberRuntime& runtime = world.runtime;
  runtime.seed_ids(seed);
  Signal& signal = world.signal("s");
  Guarded<int> steps(runtime, "steps", 0);
  const std::function<void(int)> live = [&](int depth) {
    for (int i = 0; i < 10; ++i) {
      const std::uint64_t bits = runtime.random_bits("step");
      const TimePoint soon = runtime.now() + Duration(bits >> 8 & 3);
      std::string what;
      try {
        switch (bits % 5) {
          case 0:
            runtime.sleep_until(soon);
            what = "slept";
            break;
          case 1:
            what = signal.wait(signal.ticket(), soon) ? "woke" : "gave up";
            break;
          case 2:
            signal.notify();
            what = "notified";
            break;
          case 3:
            throw std::runtime_error("thrown");
          default:
            if (depth == 0) break;
            const auto left = runtime.spawn("child", [&] { live(depth - 1); });
            const auto right = runtime.spawn("child", [&] { live(depth - 1); });
            what = "joined";
        }
      } catch (const std::runtime_error& error) {
        runtime.sleep_until(soon);
        what = error.what();
      }
      const int step = ++*steps.lock();
      world.note(to_string(runtime.now().time_since_epoch()) + ' ' + runtime.current_task() + ' ' +
                 what + ' ' + std::to_string(step));
    }
  };
  for (int i = 0; i < 3; ++i) world.start("root", [&] { live(2); });
  world.run();
  for (const Deviation& deviation : world.decisions.deviations()) world.note(deviation.at);
  return world.log;
}

TEST(FiberRuntime, RepeatsARunToTheLetter) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto log = little_program(seed);
    EXPECT_GT(log.size(), 30U);
    EXPECT_EQ(little_program(seed), log) << "seed " << seed;
  }
  EXPECT_NE(little_program(1), little_program(2));
}

}  // namespace
}  // namespace castaway::sim
