#pragma once
// LiveTask: the one task of a world that runs in real time. Any thread hands over what it wants
// done in that world, so nothing in it needs a lock.
//
// What is handed over is done in that order, at the time at which it was handed over, among what
// the world's scheduler has to do of itself. Times in such a world count from its beginning.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "castaway/guarded.h"
#include "castaway/runtime.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

class LiveTask final {
 public:
  using Act = std::function<void()>;

  /// Does nothing before begin().
  explicit LiveTask(Runtime& runtime);
  /// end()
  ~LiveTask();
  LiveTask(const LiveTask&) = delete;
  LiveTask& operator=(const LiveTask&) = delete;

  void begin(std::string name);
  /// Waits: until all that was handed over before is done.
  void end();

  /// The world's own: to be touched before begin(), after end(), and by acts.
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }
  [[nodiscard]] Runtime& runtime() { return runtime_; }
  /// When the world began, by its runtime.
  [[nodiscard]] TimePoint start() const { return start_; }
  /// How long ago that is.
  [[nodiscard]] TimePoint now() const { return TimePoint(runtime_.now() - start_); }

  /// Does it soon, after all that was handed over before. Counts it in the same step, if asked to:
  /// so whoever hands over first has the lower number.
  std::uint64_t post(Act act, std::uint64_t* counter = nullptr);
  /// Waits: until it is done; does it at once on the world's own task.
  void ask(const Act& act);

 private:
  struct Handed {
    TimePoint at = {};
    Act act = {};
  };
  struct Inbox {
    /// Nobody waits in post(), so it is as long as the callers let it become. Those who wait for
    /// confirms and replies keep it short.
    std::deque<Handed> acts = {};
    bool over = false;
  };

  void live();

  Runtime& runtime_;
  const TimePoint start_;
  Scheduler scheduler_;
  std::unique_ptr<Signal> changed_;
  Guarded<Inbox> inbox_;
  std::atomic<std::thread::id> own_thread_{};
  std::unique_ptr<Task> task_;
};

}  // namespace castaway::sim
