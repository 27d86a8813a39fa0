// Killing a process: its tasks are unwound wherever they are, and none of them waits any more.

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/mailbox.h"
#include "castaway/sim/fiber_runtime.h"

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Writes down that it was destroyed: on the stack of a task, that the task was unwound.
class Last {
 public:
  Last(FiberTestWorld& world, std::string what) : world_(world), what_(std::move(what)) {}
  ~Last() { world_.note(what_); }
  Last(const Last&) = delete;
  Last& operator=(const Last&) = delete;

 private:
  FiberTestWorld& world_;
  std::string what_;
};

/// A world with one process, which is killed after a second.
struct KillWorld : FiberTestWorld {
  explicit KillWorld(FiberSettings settings = {}, std::unique_ptr<Strategy> strategy_ = {})
      : FiberTestWorld(settings, std::move(strategy_)) {
    at(TimePoint(1s), [this] {
      runtime.kill(process);
      note("killed");
    });
  }
  /// Starts a task whose end is noted, however it ends.
  void start_noted(const std::string& name, std::function<void()> body) {
    start(process, name, [this, name, body = std::move(body)] {
      const Last last(*this, name + " unwound");
      body();
      note(name + " returned");
    });
  }

  ProcessId process = runtime.make_process("s1");
};

/// Runs `body` in a process that is killed meanwhile, and expects it to be unwound there and then.
void expect_unwound(const std::function<void(KillWorld&)>& body) {
  KillWorld world;
  world.start_noted("main", [&] { body(world); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed"));
  EXPECT_EQ(world.runtime.now(), TimePoint(1s));
  EXPECT_TRUE(world.scheduler.empty());
  EXPECT_EQ(world.runtime.waiting_tasks(), "");
  EXPECT_FALSE(world.runtime.alive(world.process));
}

TEST(Kill, UnwindsATaskThatWaitsForASignal) {
  expect_unwound([](KillWorld& world) {
    Signal& signal = world.signal("s");
    signal.wait(signal.ticket(), never);
  });
}

TEST(Kill, UnwindsATaskThatWaitsForASignalUntilADeadline) {
  expect_unwound([](KillWorld& world) {
    const auto signal = world.runtime.make_signal("s");
    signal->wait(signal->ticket(), TimePoint(1h));
  });
}

TEST(Kill, UnwindsATaskThatSleeps) {
  expect_unwound([](KillWorld& world) { world.runtime.sleep_until(TimePoint(1h)); });
}

TEST(Kill, UnwindsATaskThatTakesFromAMailbox) {
  expect_unwound([](KillWorld& world) {
    Mailbox<int> mailbox(world.runtime, "numbers");
    static_cast<void>(mailbox.take());
  });
}

TEST(Kill, UnwindsATaskThatJoinsAnother) {
  KillWorld world;
  world.start("other", [&] { world.runtime.sleep_until(TimePoint(2s)); });
  world.start_noted("main", [&] { world.tasks.at(0)->join(); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed"));
  EXPECT_EQ(world.runtime.now(), TimePoint(2s));
}

TEST(Kill, UnwindsATaskThatWaitsInADestructor) {
  expect_unwound([](KillWorld& world) {
    {
      const auto child = world.runtime.spawn("child", [&] { world.runtime.sleep_until(never); });
    }
    world.runtime.sleep_until(TimePoint(1h));
  });
}

TEST(Kill, UnwindsATaskThatWaitsInADestructorBecauseOfAnException) {
  expect_unwound([](KillWorld& world) {
    const auto child = world.runtime.spawn("child", [&] { world.runtime.sleep_until(never); });
    throw std::runtime_error("on its way, while the destructor of `child` waits");
  });
}

TEST(Kill, UnwindsATaskThatHandlesAnException) {
  expect_unwound([](KillWorld& world) {
    try {
      throw std::runtime_error("handled");
    } catch (const std::runtime_error&) {
      world.runtime.sleep_until(TimePoint(1h));
    }
  });
}

TEST(Kill, UnwindsATaskThatWasWokenAndDidNotRunYet) {
  KillWorld world;
  Signal& signal = world.signal("s");
  world.start_noted("main", [&] { signal.wait(signal.ticket(), never); });
  world.at(TimePoint(500ms), [&] {
    signal.notify();
    world.runtime.kill(world.process);
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed"));
}

TEST(Kill, NeverRunsATaskThatDidNotBegin) {
  KillWorld world;
  auto captured = std::make_shared<Last>(world, "captured");
  world.at(TimePoint(500ms), [&] {
    world.start(world.process, "late", [&, captured = std::move(captured)] { world.note("ran"); });
    world.runtime.kill(world.process);
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("captured", "killed"));
}

TEST(Kill, UnwindsATaskAtItsFirstWaitAfterACheckpoint) {
  KillWorld world({.preempt = {1, 2}},
                  std::make_unique<Replay>(std::vector<Deviation>{
                      {"s1/main/checkpoint/here/1", 1}, {"s1/main/checkpoint/there/1", 1}}));
  world.start_noted("main", [&] {
    world.at(TimePoint(), [&] {
      world.runtime.kill(world.process);
      world.note("gone");
    });
    world.runtime.checkpoint("here");  // killed here, and goes on: a lock follows
    world.note("locked");
    world.runtime.checkpoint("there");
    world.runtime.sleep_until(TimePoint());
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("locked", "main unwound", "gone", "killed"));
}

TEST(Kill, UnwindsTheYoungestFirst) {
  KillWorld world;
  for (const char* name : {"a", "b", "c"}) {
    world.start_noted(name, [&] { world.runtime.sleep_until(TimePoint(1h)); });
  }
  world.start("bystander", [&] { world.runtime.sleep_until(TimePoint(2s)); });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("c unwound", "b unwound", "a unwound", "killed"));
  EXPECT_EQ(world.runtime.now(), TimePoint(2s));
}

TEST(Kill, UnwindsChildrenBeforeTheirParent) {
  KillWorld world;
  world.start_noted("parent", [&] {
    const Last last(world, "parent's local");
    const auto child = world.runtime.spawn("child", [&] {
      const Last unwound(world, "child unwound");
      world.runtime.sleep_until(TimePoint(1h));
    });
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("child unwound", "parent's local", "parent unwound", "killed"));
}

TEST(Kill, EndsEveryWaitOfADestructorAtOnce) {
  struct SaysGoodbye {
    ~SaysGoodbye() {
      const auto child = world.runtime.spawn("child", [this] { world.note("child ran"); });
      const auto signal = world.runtime.make_signal("s");
      world.note(signal->wait(signal->ticket(), never) ? "woke" : "wait refused");
      world.runtime.sleep_until(TimePoint(2h));
      child->join();
      signal->notify();
      world.note(signal->wait(signal->ticket() - 1, never) ? "woke" : "wait refused");
      Mailbox<int> mailbox(world.runtime, "numbers");
      mailbox.put(1);
      world.note(std::to_string(mailbox.take().value_or(0)) + " taken");
      world.note(mailbox.take() ? "taken" : "nothing taken");
    }
    KillWorld& world;
  };
  KillWorld world;
  world.start_noted("main", [&] {
    const SaysGoodbye goodbye{world};
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("wait refused", "wait refused", "1 taken", "nothing taken",
                                     "main unwound", "killed"));
  EXPECT_EQ(world.runtime.now(), TimePoint(1s));
}

TEST(Kill, IsThrownAgainAtTheNextWaitByATaskThatSwallowedIt) {
  KillWorld world;
  world.start_noted("main", [&] {
    for (int i = 0; i < 3; ++i) {
      try {
        world.runtime.sleep_until(TimePoint(1h));
      } catch (...) {
        world.note("swallowed");
      }
    }
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.run();
  EXPECT_THAT(world.log,
              ElementsAre("swallowed", "swallowed", "swallowed", "main unwound", "killed"));
}

TEST(Kill, IsNoStandardException) {
  KillWorld world;
  world.start_noted("main", [&] {
    try {
      world.runtime.sleep_until(TimePoint(1h));
    } catch (const std::exception&) {
      world.note("taken for an error");
    }
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed"));
}

TEST(Kill, MakesNoFailureOfWhatADyingTaskThrows) {
  KillWorld world;
  world.start_noted("main", [&] {
    try {
      world.runtime.sleep_until(TimePoint(1h));
    } catch (...) {
      throw std::runtime_error("no answer");
    }
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed"));
  EXPECT_EQ(world.runtime.failed_task(), "");
}

TEST(Kill, LetsAnYoungerTaskDestroyTheSignalOfAnOlderOne) {
  KillWorld world;
  std::unique_ptr<Signal> signal = world.runtime.make_signal("s");
  world.start_noted("older", [&] { signal->wait(signal->ticket(), never); });
  world.start_noted("younger", [&] {
    const std::shared_ptr<void> last(nullptr, [&](void*) { signal.reset(); });
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("younger unwound", "older unwound", "killed"));
}

TEST(Kill, UnwindsATaskOfWhichADyingTaskHoldsTheHandle) {
  KillWorld world;
  world.start_noted("main", [&] {
    const auto other = world.runtime.spawn_in(0, "other", [&] {
      const Last last(world, "other unwound");
      world.runtime.sleep_until(TimePoint(1h));
    });
    world.runtime.sleep_until(TimePoint(1h));
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("other unwound", "main unwound", "killed"));
}

TEST(Kill, WakesWhoJoinsTheTasksThatItUnwinds) {
  KillWorld world;
  world.start_noted("main", [&] { world.runtime.sleep_until(TimePoint(1h)); });
  world.start("harness", [&] {
    world.tasks.at(0)->join();
    world.note("joined");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "killed", "joined"));
}

TEST(Kill, ComesFromATaskOfAnotherProcessToo) {
  KillWorld world;
  world.start_noted("main", [&] { world.runtime.sleep_until(TimePoint(1h)); });
  world.start(world.runtime.make_process("c1"), "killer", [&] {
    try {
      throw std::runtime_error("ours");
    } catch (const std::runtime_error& ours) {
      world.runtime.kill(world.process);
      world.note(ours.what());
    }
    world.note(world.runtime.current_task());
    world.runtime.sleep_until(TimePoint(500ms));
    world.note("slept");
  });
  world.run();
  EXPECT_THAT(world.log, ElementsAre("main unwound", "ours", "c1/killer", "slept", "killed"));
}

TEST(Kill, IsRefusedToATaskOfTheProcessItself) {
  KillWorld world;
  world.start(world.process, "main",
              [&] { EXPECT_THROW(world.runtime.kill(world.process), std::logic_error); });
  world.run();
  EXPECT_THROW(world.runtime.kill(0), std::logic_error);
}

TEST(Kill, DoesNothingToADeadProcess) {
  KillWorld world;
  world.run();
  world.runtime.kill(world.process);
  EXPECT_FALSE(world.runtime.alive(world.process));
  world.start(world.process, "late", [&] { world.note("ran"); });
  world.tasks.at(0)->join();
  world.run();
  EXPECT_THAT(world.log, ElementsAre("killed"));
}

TEST(Kill, IsFollowedByANewIncarnationOfTheSameName) {
  KillWorld world;
  const auto named = [&](ProcessId process) {
    for (const char* name : {"main", "worker", "worker"}) {
      world.start(process, name, [&] { world.note(world.runtime.current_task()); });
    }
    world.run();
  };
  named(world.process);
  named(world.runtime.make_process("s1"));
  EXPECT_THAT(world.log, ElementsAre("s1/main", "s1/worker", "s1/worker#2", "killed", "s1@2/main",
                                     "s1@2/worker", "s1@2/worker#2"));
}

TEST(FiberRuntimeDestructor, UnwindsAllThatIsLeftYoungestFirst) {
  std::vector<std::string> log;
  {
    FiberTestWorld world;
    for (const char* process : {"a", "b"}) {
      world.start(world.runtime.make_process(process), "main", [&] {
        const std::string name = world.runtime.current_task();
        const std::shared_ptr<void> last(nullptr, [&](void*) { log.push_back(name); });
        world.runtime.sleep_until(TimePoint(1h));
      });
    }
    world.start("harness", [&] {
      const std::shared_ptr<void> last(nullptr, [&](void*) { log.push_back("harness"); });
      world.tasks.at(0)->join();
    });
    world.run(TimePoint(1s));
    EXPECT_THAT(log, IsEmpty());
  }
  EXPECT_THAT(log, ElementsAre("harness", "b/main", "a/main"));
}

TEST(KillDeathTest, EndsTheProgramWhenATaskCannotBeGotRidOf) {
  EXPECT_DEATH(
      {
        KillWorld world;
        world.start(world.process, "main", [&] {
          for (;;) {
            try {
              world.runtime.sleep_until(TimePoint(1h));
            } catch (...) {
            }
          }
        });
        world.run();
      },
      "task 's1/main' was killed, and goes on and on waiting");
}

}  // namespace
}  // namespace castaway::sim
