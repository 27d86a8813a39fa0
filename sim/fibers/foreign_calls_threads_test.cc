// Calls of the runtime from a thread that is not the simulation's.

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fiber_world_for_test.h"

namespace castaway::sim {
namespace {

/// What the call throws on a thread of its own; "" if nothing.
std::string refusal_of(const std::function<void()>& call) {
  std::string refusal;
  std::thread([&] {
    try {
      call();
    } catch (const std::logic_error& error) {
      refusal = error.what();
    }
  }).join();
  return refusal;
}

/// Makes the call on another thread while a task runs.
std::string refusal_during_a_run(const std::function<void(FiberTestWorld&)>& call) {
  FiberTestWorld world;
  std::string refusal;
  world.start("main", [&] { refusal = refusal_of([&] { call(world); }); });
  world.run();
  return refusal;
}

std::string refusal_of_signal(const std::function<void(Signal&)>& call) {
  FiberTestWorld world;
  std::string refusal;
  Signal& signal = world.signal("s");
  world.start("main", [&] { refusal = refusal_of([&] { call(signal); }); });
  world.run();
  return refusal;
}

std::string refused(const std::string& call) {
  return call +
         " was called from another thread than the simulation's: in a simulated world tasks are "
         "made by Runtime::spawn, not by std::thread; see docs/guide/simulation.md";
}

TEST(ForeignThread, MayNotCallTheRuntimeDuringARun) {
  using World = FiberTestWorld;
  EXPECT_EQ(refusal_during_a_run([](World& w) { static_cast<void>(w.runtime.now()); }),
            refused("now()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { static_cast<void>(w.runtime.calendar()); }),
            refused("calendar()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.sleep_until(TimePoint(1s)); }),
            refused("sleep_until()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.checkpoint("here"); }),
            refused("checkpoint()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.signal("another"); }), refused("make_signal()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.tasks.push_back(w.runtime.spawn("t", [] {})); }),
            refused("spawn()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { static_cast<void>(w.runtime.random_bits("id")); }),
            refused("random_bits()"));
}

TEST(ForeignThread, MayNotCallASignalDuringARun) {
  EXPECT_EQ(refusal_of_signal([](Signal& signal) { static_cast<void>(signal.ticket()); }),
            refused("Signal::ticket()"));
  EXPECT_EQ(refusal_of_signal([](Signal& signal) { signal.notify(); }),
            refused("Signal::notify()"));
  EXPECT_EQ(refusal_of_signal([](Signal& signal) { signal.wait(0, never); }),
            refused("Signal::wait()"));
}

TEST(ForeignThread, MayNotControlTheWorldDuringARun) {
  using World = FiberTestWorld;
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.start("another", [] {}); }), refused("spawn()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.tasks.front()->join(); }),
            refused("Task::join()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.make_process("s1"); }),
            refused("make_process()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.kill(0); }), refused("kill()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.pause(0, TimePoint(1s)); }),
            refused("pause()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.runtime.step_calendar(1s); }),
            refused("step_calendar()"));
  EXPECT_EQ(refusal_during_a_run([](World& w) { w.run(); }), refused("run()"));
}

TEST(ForeignThread, IsRefusedInsideAnEventToo) {
  FiberTestWorld world;
  std::string refusal;
  world.at(TimePoint(1s),
           [&] { refusal = refusal_of([&] { static_cast<void>(world.runtime.now()); }); });
  world.run();
  EXPECT_EQ(refusal, refused("now()"));
}

TEST(ForeignThread, ChangesNothingWhenItIsRefused) {
  FiberTestWorld world;
  Signal& signal = world.signal("s");
  world.start("main", [&] {
    const Signal::Ticket before = signal.ticket();
    EXPECT_NE(refusal_of([&] { signal.notify(); }), "");
    EXPECT_EQ(signal.ticket(), before);
    world.runtime.sleep_until(TimePoint(1s));
    world.note("went on");
  });
  world.run();
  EXPECT_THAT(world.log, ::testing::ElementsAre("went on"));
}

TEST(ForeignThread, MaySetUpAWorldBeforeItsRunAndLookAtItAfterwards) {
  FiberTestWorld world;
  EXPECT_EQ(refusal_of([&] {
              Signal& signal = world.signal("s");
              world.start("main", [&] { signal.wait(signal.ticket(), TimePoint(5s)); });
            }),
            "");
  world.run();
  EXPECT_EQ(refusal_of([&] { EXPECT_EQ(world.runtime.now(), TimePoint(5s)); }), "");
}

TEST(ForeignThread, MayRunTheWorldThatAnotherHasMade) {
  FiberTestWorld world;
  world.start("main", [&] { world.runtime.sleep_until(TimePoint(5s)); });
  EXPECT_EQ(refusal_of([&] { world.run(TimePoint(2s)); }), "");
  world.run();
  EXPECT_EQ(world.runtime.now(), TimePoint(5s));
}

TEST(ForeignThread, MayRunAWorldOfItsOwnDuringARun) {
  FiberTestWorld other;
  other.start("main", [&] { other.runtime.sleep_until(TimePoint(3s)); });
  EXPECT_EQ(refusal_during_a_run([&](FiberTestWorld&) { other.run(); }), "");
  EXPECT_EQ(other.runtime.now(), TimePoint(3s));
}

TEST(ForeignThread, IsStillRefusedAfterARunThatThrew) {
  FiberTestWorld world;
  world.start("main", [] { throw std::runtime_error("fails"); });
  EXPECT_THROW(world.run(), std::runtime_error);
  EXPECT_EQ(refusal_of([&] { static_cast<void>(world.runtime.now()); }), "");  // nothing runs
  std::string refusal;
  world.start("again",
              [&] { refusal = refusal_of([&] { static_cast<void>(world.runtime.now()); }); });
  world.run();
  EXPECT_EQ(refusal, refused("now()"));
}

}  // namespace
}  // namespace castaway::sim
