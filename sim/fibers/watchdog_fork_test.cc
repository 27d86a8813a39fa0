// The watchdog in a child that was forked without exec, as those are that explore. It is not among
// the tests with threads: ThreadSanitizer lets no such child start one.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

/// Runs `body` in a child and returns what it returns; -1 if a signal ends the child, as it does
/// when it hangs.
int in_child(const std::function<int()>& body, void (*leave)(int) = &_exit) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    leave(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// How often the watchdog reports a task that blocks for half a second.
int reports_on_a_task_that_blocks() {
  int reports = 0;
  FiberTestWorld world({.watchdog = 50ms, .report = [&](std::string_view) { ++reports; }});
  world.start("main", [&] { std::this_thread::sleep_for(500ms); });
  world.run();
  return reports;
}

int healthy_run() {
  FiberTestWorld world;
  world.start("main", [&] { world.runtime.sleep_until(TimePoint(1s)); });
  world.run();
  return world.runtime.now() == TimePoint(1s) ? 0 : 1;
}

TEST(WatchdogAndFork, EachProcessHasAWatchdogOfItsOwn) {
  EXPECT_EQ(reports_on_a_task_that_blocks(), 1);
  EXPECT_EQ(in_child(&reports_on_a_task_that_blocks), 1);
  EXPECT_EQ(in_child([] { return in_child(&reports_on_a_task_that_blocks); }), 1);
  EXPECT_EQ(reports_on_a_task_that_blocks(), 1);
}

TEST(WatchdogAndFork, AChildEndsInAnOrderlyWay) {
  EXPECT_EQ(healthy_run(), 0);
  EXPECT_EQ(in_child(&healthy_run, &std::exit), 0);
  EXPECT_EQ(in_child([] { return 0; }, &std::exit), 0);  // which never had a thread
}

TEST(WatchdogAndFork, AChildForgetsTheSimulationsOfOtherThreads) {
  std::atomic<bool> forked = false;
  std::atomic<bool> runs = false;
  std::atomic<int> reports = 0;
  std::thread other([&] {
    FiberTestWorld world({.watchdog = 200ms, .report = [&](std::string_view) { ++reports; }});
    world.start("main", [&] {
      runs = true;
      while (!forked || reports == 0) std::this_thread::sleep_for(1ms);
    });
    world.run();
  });
  while (!runs) std::this_thread::sleep_for(1ms);
  // In the child that task stands still for ever, and is nobody's affair.
  const int in_the_child = in_child([&] {
    const int before = reports;
    healthy_run();
    std::this_thread::sleep_for(1s);
    return reports - before;
  });
  forked = true;
  other.join();
  EXPECT_EQ(in_the_child, 0);
  EXPECT_EQ(reports, 1);
}

TEST(WatchdogAndFork, ManyForksWhileItLooksHarmNobody) {
  FiberTestWorld world({.watchdog = 8ms, .report = [](std::string_view) {}});
  world.start("main", [&] {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(in_child(&healthy_run), 0);
  });
  world.run();
}

}  // namespace
}  // namespace castaway::sim
