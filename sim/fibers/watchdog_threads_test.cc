// A task that blocks the thread of its simulation, and what the watchdog says.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/strategies.h"

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration short_limit = 100ms;

/// What the watchdog said, in order.
class Reports {
 public:
  FiberSettings settings(Duration limit = short_limit) {
    return {.watchdog = limit, .report = [this](std::string_view text) {
              const std::lock_guard hold(mutex_);
              texts_.emplace_back(text);
              changed_.notify_all();
            }};
  }
  /// Blocks the thread until there are `n`.
  void await(std::size_t n = 1) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return texts_.size() >= n; });
  }
  std::vector<std::string> texts() {
    const std::lock_guard hold(mutex_);
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_ = {};
};

std::string report(const std::string& task, const std::string& last_call) {
  return "castaway: task \"" + task +
         "\" has kept the simulation's thread for 100ms, and nothing else can run. " + last_call +
         "\nA simulated task may not block its thread: no std::mutex that another task holds over "
         "a wait, no std::thread, no real sleep, no loop that never waits. Use Runtime and Signal, "
         "as docs/guide/simulation.md says.\n";
}

TEST(Watchdog, NamesTheTaskThatLocksAMutexWhichAnotherHoldsOverAWait) {
  Reports reports;
  FiberTestWorld world(reports.settings());
  const ProcessId host = world.runtime.make_process("host-1");
  // A semaphore of one, as a mutex is; another thread may release it, so that the test ends.
  std::mutex mutex;
  std::condition_variable released;
  bool locked = false;
  const auto lock = [&] {
    std::unique_lock hold(mutex);
    released.wait(hold, [&] { return !locked; });
    locked = true;
  };
  const auto unlock = [&] {
    const std::lock_guard hold(mutex);
    locked = false;
    released.notify_all();
  };
  world.start(host, "caller", [&] {
    lock();
    world.runtime.sleep_until(TimePoint(5s));  // the nested call
    world.note("caller went on");
  });
  world.start(host, "worker", [&] {
    world.runtime.sleep_until(TimePoint(1s));
    lock();
    world.note("worker went on");
    unlock();
  });
  std::thread helper([&] {
    reports.await();
    unlock();
  });
  world.run();
  helper.join();
  EXPECT_THAT(reports.texts(),
              ElementsAre(report("host-1/worker",
                                 "Its last call of the runtime was sleep_until(), at 1s of virtual "
                                 "time.")));
  EXPECT_THAT(world.log, ElementsAre("worker went on", "caller went on"));
}

/// The report on a task that blocks after `before`.
std::vector<std::string> reports_after(const std::function<void(FiberTestWorld&)>& before) {
  Reports reports;
  FiberTestWorld world(reports.settings());
  world.at(TimePoint(2s), [&] {
    world.start("main", [&] {
      before(world);
      reports.await();
    });
  });
  world.run();
  return reports.texts();
}

TEST(Watchdog, SaysWhatTheTaskLastAskedOfTheRuntime) {
  const auto last = [](const std::string& call, const std::string& when = "2s") {
    return ElementsAre(report(
        "main", "Its last call of the runtime was " + call + ", at " + when + " of virtual time."));
  };
  using World = FiberTestWorld;
  EXPECT_THAT(reports_after([](World&) {}),
              ElementsAre(report("main",
                                 "It began at 2s of virtual time and has not called the "
                                 "runtime.")));
  EXPECT_THAT(reports_after([](World& w) { w.runtime.sleep_until(TimePoint(3s)); }),
              last("sleep_until()", "3s"));
  EXPECT_THAT(reports_after([](World& w) { w.runtime.checkpoint("here"); }), last("checkpoint()"));
  EXPECT_THAT(reports_after([](World& w) { w.start("other", [] {}); }), last("spawn()"));
  EXPECT_THAT(reports_after([](World& w) { w.tasks.push_back(w.runtime.spawn("other", [] {})); }),
              last("spawn()"));
  EXPECT_THAT(reports_after([](World& w) { w.runtime.spawn("other", [] {})->join(); }),
              last("Task::join()"));
  EXPECT_THAT(reports_after([](World& w) { w.signal("s").notify(); }), last("Signal::notify()"));
  EXPECT_THAT(reports_after([](World& w) {
                Signal& signal = w.signal("s");
                signal.wait(signal.ticket(), TimePoint(7s));
              }),
              last("Signal::wait()", "7s"));
  EXPECT_THAT(reports_after([](World& w) { static_cast<void>(w.runtime.random_bits("id")); }),
              last("random_bits()"));
}

TEST(Watchdog, KnowsATaskByItsOwnLastCallAfterOthersRan) {
  EXPECT_THAT(reports_after([](FiberTestWorld& world) {
                Signal& signal = world.signal("s");
                world.start("other", [&] {
                  signal.notify();
                  world.runtime.checkpoint("there");
                });
                signal.wait(signal.ticket(), never);
              }),
              ElementsAre(report("main",
                                 "Its last call of the runtime was Signal::wait(), at 2s "
                                 "of virtual time.")));
}

TEST(Watchdog, ReportsALoopThatOnlyAsksForTheTime) {
  std::atomic<bool> reported = false;
  FiberTestWorld world(
      {.watchdog = short_limit, .report = [&](std::string_view) { reported = true; }});
  world.start("main", [&] {
    while (!reported) static_cast<void>(world.runtime.now());
  });
  world.run();
  EXPECT_TRUE(reported);
}

TEST(Watchdog, ReportsATaskThatBlocksWhileItIsUnwound) {
  struct Blocks {
    Reports& reports;
    ~Blocks() { reports.await(); }
  };
  Reports reports;
  FiberTestWorld world(reports.settings());
  const ProcessId host = world.runtime.make_process("host-1");
  world.start(host, "worker", [&] {
    const Blocks blocks{reports};
    world.runtime.sleep_until(never);
  });
  world.start("killer", [&] {
    world.runtime.kill(host);
    reports.await(2);
  });
  world.run();
  EXPECT_THAT(reports.texts(),
              ElementsAre(report("host-1/worker",
                                 "Its last call of the runtime was sleep_until(), at 0s of virtual "
                                 "time."),
                          report("killer",
                                 "Its last call of the runtime was kill(), at 0s of virtual "
                                 "time.")));
}

TEST(Watchdog, ReportsEachTurnOnce) {
  Reports reports;
  FiberTestWorld world(reports.settings());
  world.start("main", [&] {
    reports.await(1);
    std::this_thread::sleep_for(3 * short_limit);
    world.runtime.sleep_until(TimePoint(1s));
    reports.await(2);
  });
  world.run();
  EXPECT_THAT(reports.texts(),
              ElementsAre(report("main",
                                 "It began at 0s of virtual time and has not called the "
                                 "runtime."),
                          report("main",
                                 "Its last call of the runtime was sleep_until(), at 1s of "
                                 "virtual time.")));
}

TEST(Watchdog, WatchesSeveralSimulationsAtOnce) {
  Reports stuck;
  Reports healthy;
  std::atomic<bool> over = false;
  std::thread other([&] {
    FiberTestWorld world(healthy.settings());
    world.start("main", [&] {
      while (!over) world.runtime.sleep_until(world.runtime.now() + 1s);
    });
    world.run();
  });
  FiberTestWorld world(stuck.settings());
  world.start("main", [&] { stuck.await(); });
  world.run();
  over = true;
  other.join();
  EXPECT_EQ(stuck.texts().size(), 1U);
  EXPECT_THAT(healthy.texts(), IsEmpty());
}

TEST(Watchdog, IsSilentWhenAPauseIsShorterThanItsLimit) {
  Reports reports;
  FiberTestWorld world(reports.settings(2s));
  world.start("main", [&] {
    for (int i = 1; i <= 3; ++i) {
      std::this_thread::sleep_for(200ms);
      world.runtime.sleep_until(TimePoint(1s * i));
    }
  });
  world.run();
  EXPECT_THAT(reports.texts(), IsEmpty());
}

// Each turn is short, and all of them together take longer than the limit.
TEST(Watchdog, IsSilentInALongRunWhoseTasksWait) {
  Reports reports;
  FiberTestWorld world(reports.settings(1s));
  const auto end = std::chrono::steady_clock::now() + 1500ms;
  world.start("main", [&] {
    while (std::chrono::steady_clock::now() < end)
      world.runtime.sleep_until(world.runtime.now() + 1s);
  });
  world.run();
  EXPECT_THAT(reports.texts(), IsEmpty());
}

TEST(Watchdog, IsSilentWhenItIsOff) {
  Reports reports;
  FiberTestWorld world(reports.settings(0s));
  world.start("main", [&] { std::this_thread::sleep_for(3 * short_limit); });
  world.run();
  EXPECT_THAT(reports.texts(), IsEmpty());
}

TEST(Watchdog, PrintsToStderrUnlessItIsToldOtherwise) {
  FiberTestWorld world({.watchdog = short_limit});
  world.start("main", [&] { std::this_thread::sleep_for(5 * short_limit); });
  ::testing::internal::CaptureStderr();
  world.run();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            report("main", "It began at 0s of virtual time and has not called the runtime."));
}

TEST(Watchdog, ChangesNoDecisionOfARun) {
  const auto run = [](FiberSettings settings) {
    settings.preempt = {1, 2};
    FiberTestWorld world(settings, std::make_unique<Random>(7));
    for (const char* name : {"a", "b", "c"}) {
      world.start(name, [&world, name] {
        for (int i = 0; i < 50; ++i) {
          world.note(name + std::to_string(world.runtime.random_bits("id")));
          world.runtime.checkpoint("here");
        }
      });
    }
    world.run();
    return world.log;
  };
  EXPECT_EQ(run({.watchdog = 1ms}), run({.watchdog = 0s}));
}

}  // namespace
}  // namespace castaway::sim
