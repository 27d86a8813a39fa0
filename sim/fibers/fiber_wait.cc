// Where a task may stop: signals, sleep, checkpoints, and the pause of its process.

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "castaway/guarded.h"
#include "castaway/sim/fiber_runtime.h"

#include "fiber_task.h"

namespace castaway::sim {
namespace {

// A dying task gets this many refusals before it counts as one that can never be got rid of.
constexpr std::uint64_t most_refusals = 10'000;

/// The next task may want what this one holds, and has the only thread.
void refuse_to_give_way_under_a_lock(std::string_view where) {
  if (guarded_held.load(std::memory_order_relaxed) == 0) return;
  throw std::logic_error(fmt::format(
      "A task that holds a lock came to {}, where another may run: a deadlock in a simulation",
      where));
}

}  // namespace

class FiberRuntime::FiberSignal final : public Signal {
 public:
  FiberSignal(FiberRuntime& runtime, std::string_view name) : runtime_(runtime), name_(name) {}

  ~FiberSignal() override {
    if (inside_ == 0) return;
    for (const auto& task : runtime_.tasks_) {
      if (task->signal != this) continue;
      if (!task->dying) {
        give_up("signal '" + name_ + "' is destroyed while task '" + task->name + "' waits for it");
      }
      // It is about to be unwound, and will not look at this signal again.
      task->leave();
      task->signal = nullptr;
    }
  }

  [[nodiscard]] Ticket ticket() const override {
    runtime_.turn_->require_own_thread("Signal::ticket()");
    return count_;
  }

  void notify() override {
    runtime_.called("Signal::notify()");
    ++count_;
    while (waiting_.next != &waiting_) runtime_.wake(static_cast<TaskState&>(*waiting_.next));
  }

  bool wait(Ticket ticket, TimePoint deadline) override {
    FiberRuntime& runtime = runtime_;
    runtime.called("Signal::wait()");
    if (!runtime.may_wait()) return false;
    if (count_ != ticket || deadline <= runtime.scheduler_.now()) {
      runtime.step();
      return count_ != ticket;
    }
    TaskState& self = *runtime.current_;
    self.signal = this;
    ++inside_;
    runtime.park({.what = Wait::For::signal, .name = name_, .until = deadline}, &waiting_);
    // A dying task may come back when this signal is gone: then not a member is touched.
    if (std::exchange(self.signal, nullptr) != nullptr) --inside_;
    if (runtime.refuses_to_wait()) return false;
    // Not what woke the task, but what is the case now: a notify at the deadline, or during a
    // pause, wins.
    return count_ != ticket;
  }

 private:
  FiberRuntime& runtime_;
  std::string name_;
  Ticket count_ = 0;
  Link waiting_ = {};
  std::size_t inside_ = 0;  ///< tasks in wait(), woken or not
};

std::unique_ptr<Signal> FiberRuntime::make_signal(std::string_view name) {
  called("make_signal()");
  return std::make_unique<FiberSignal>(*this, name);
}

void FiberRuntime::sleep_until(TimePoint when) {
  called("sleep_until()");
  if (!may_wait()) return;
  if (when <= scheduler_.now()) return step();
  park({.what = Wait::For::time, .until = when}, nullptr);
  static_cast<void>(refuses_to_wait());
}

void FiberRuntime::checkpoint(std::string_view name) {
  called("checkpoint()");
  if (current_ == nullptr) return;
  step();
  if (settings_.preempt.num == 0 && pauses_end_ <= scheduler_.now()) return;
  checkpoint_in_task(name);
}

// Throws nothing in a dying task: locks are taken in destructors, too.
void FiberRuntime::checkpoint_in_task(std::string_view name) {
  stay_paused();
  TaskState& self = *current_;
  if (settings_.preempt.num == 0 || self.dying) return;
  refuse_to_give_way_under_a_lock(name);
  const std::string question = numbered(self.name + "/checkpoint", name, self.checkpoints);
  if (decisions_.decide(
          {.name = question, .bound = 2, .deviate = settings_.preempt, .about = Choice::turn}) == 0)
    return;
  make_ready(self, now());
  self.fiber.suspend();
}

// A task that never waits would never give its turn to anybody: here it is stopped.
void FiberRuntime::step() {
  if (current_->dying || ++steps_ <= settings_.livelock) return;
  current_->fiber.suspend();
  // It is being unwound, and might never come to a wait.
  if (std::uncaught_exceptions() == 0) throw Unwinding{};
}

void FiberRuntime::park(Wait wait, Link* ring) {
  refuse_to_give_way_under_a_lock("a wait");
  TaskState& self = *current_;
  self.wait = wait;
  self.wait.since = scheduler_.now();
  if (ring != nullptr) self.line_up(*ring);
  if (wait.until != never) {
    // Sleepers first: what they then notify is in time for those whose deadline this is.
    const std::uint64_t tie = wait.what == Wait::For::time ? 0 : 1;
    self.event = scheduler_.at(wait.until, EventClass::deadline, tie,
                               [this, &self] { enter_unless_paused(self); });
  }
  self.fiber.suspend();
}

bool FiberRuntime::may_wait() {
  if (current_ == nullptr) {
    throw std::logic_error("only a task can wait, and here none is running");
  }
  stay_paused();
  return !refuses_to_wait();
}

bool FiberRuntime::refuses_to_wait() {
  if (!current_->dying) return false;
  if (++current_->refusals > most_refusals) {
    give_up("task '" + current_->name + "' was killed, and goes on and on waiting");
  }
  // A second exception that leaves a destructor during unwinding would end the program.
  if (std::uncaught_exceptions() == 0) throw Unwinding{};
  return true;
}

void FiberRuntime::stay_paused() {
  TaskState& self = *current_;
  if (pauses_end_ <= now() || self.dying) return;
  const TimePoint paused_until = processes_[self.process].paused_until;
  if (paused_until <= now()) return;
  self.wait = {.what = Wait::For::end_of_pause, .since = now(), .until = paused_until};
  make_ready(self, paused_until);
  self.fiber.suspend();
}

}  // namespace castaway::sim
