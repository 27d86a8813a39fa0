#pragma once
// FiberTestWorld: a FiberRuntime to test, in one line; everything is benign unless it is given a
// strategy.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/decisions.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

struct FiberTestWorld {
  explicit FiberTestWorld(FiberSettings settings = {}, std::unique_ptr<Strategy> strategy_ = {})
      : strategy(strategy_ ? std::move(strategy_) : std::make_unique<Benign>()),
        runtime(scheduler, decisions, settings) {}

  /// Starts a task and keeps it to the end.
  void start(ProcessId process, std::string name, std::function<void()> body) {
    tasks.push_back(runtime.spawn_in(process, std::move(name), std::move(body)));
  }
  void start(std::string name, std::function<void()> body) {
    start(0, std::move(name), std::move(body));
  }
  /// A signal that is there to the end.
  Signal& signal(std::string_view name) {
    signals.push_back(runtime.make_signal(name));
    return *signals.back();
  }
  /// Runs `event` at `when`, as something that happens to the world.
  void at(TimePoint when, std::function<void()> event) {
    scheduler.at(when, EventClass::world, 0, std::move(event));
  }
  void run(TimePoint limit = never) { runtime.run({}, limit); }

  /// An entry of the log: what a task, a destructor or an event did.
  void note(std::string what) { log.push_back(std::move(what)); }

  std::vector<std::string> log = {};
  Scheduler scheduler = {};
  std::unique_ptr<Strategy> strategy;
  Decisions decisions{*strategy};
  std::vector<std::unique_ptr<Signal>> signals = {};
  std::vector<std::unique_ptr<Task>> tasks = {};
  FiberRuntime runtime;  ///< goes first, and unwinds the tasks that are left
};

}  // namespace castaway::sim
