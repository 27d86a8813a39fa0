#pragma once
// FiberRuntime::TaskState: what it knows of each task and each process.

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "castaway/sim/fiber_runtime.h"

#include "fiber.h"
#include "turn.h"

namespace castaway::sim {

/// What a wait of a dying task throws.
struct FiberRuntime::Unwinding : castaway::Unwinding {};

/// A place in a ring: of the tasks that wait for one thing, in the order in which they came.
struct FiberRuntime::Link {
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void line_up(Link& ring) {
    previous = std::exchange(ring.previous, this);
    next = &ring;
    previous->next = this;
  }
  void leave() {
    previous->next = next;
    next->previous = previous;
    previous = next = this;
  }

  Link* previous = this;
  Link* next = this;
};

/// What a task waits for, as waiting_tasks() tells it.
struct FiberRuntime::Wait {
  enum class For : std::uint8_t { nothing, signal, end_of_task, time, end_of_pause };
  For what = For::nothing;
  std::string_view name = {};
  TimePoint since = {};
  TimePoint until = never;
};

struct FiberRuntime::TaskState : Link {
  std::string name;
  ProcessId process;
  std::function<void()> body;
  Fiber fiber;
  Scheduler::EventId event = 0;  ///< the one that lets it run next
  Wait wait = {};
  const char* last_call = nullptr;  ///< of the runtime, for the watchdog
  FiberSignal* signal = nullptr;    ///< whose wait() it is in
  bool running = false;             ///< also while it lets another one unwind
  bool dying = false;
  bool ended = false;
  std::uint64_t refusals = 0;
  Link joiners = {};
  Counts checkpoints = {};  ///< passed, by name
  Counts purposes = {};     ///< of random_bits()
  std::list<std::shared_ptr<TaskState>>::iterator position = {};

  TaskState(FiberRuntime& runtime, std::string name_, ProcessId process_,
            std::function<void()> body_)
      : name(std::move(name_)),
        process(process_),
        body(std::move(body_)),
        fiber(runtime.settings_.stack_bytes, [&runtime, this] { runtime.task_main(*this); }) {}
};

/// Comes first in what a task calls. now(), calendar() and ticket() only ask for the thread.
inline void FiberRuntime::called(const char* what) const {
  turn_->require_own_thread(what);
  if (current_ == nullptr) return;
  current_->last_call = what;
  turn_->calls(what);
}

struct FiberRuntime::Process {
  std::string name = {};
  bool alive = true;
  TimePoint paused_until = {};
  Counts task_names = {};  ///< how many tasks got each name
};

}  // namespace castaway::sim
