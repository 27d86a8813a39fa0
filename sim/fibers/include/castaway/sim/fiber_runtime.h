#pragma once
// FiberRuntime: runs tasks as fibers of one OS thread, in the virtual time of a Scheduler. With it
// the library runs deterministically.
//
// A task may not block the thread, and no other thread may call the runtime while run() runs: see
// docs/guide/simulation.md.
//
// Each task belongs to a simulated process, and so do the tasks that it spawns. You can kill a
// process: its tasks are unwound, youngest first, and every wait in it returns at once, so that no
// destructor can close anything politely.
//
// How a dying task ends: the wait that it is in, and every later one, throws something that is not
// a std::exception. While an exception is already in flight they return at once instead (false,
// nothing). A checkpoint never throws, except the one at which a livelock was stopped. So a
// destructor that waits still throws nothing; the next wait throws again what it swallowed.
//
// Names follow from creation: "c1/main", the second of that name "c1/main#2", and after a restart
// of the process "c1@2/main". Tasks of process 0 have no prefix: "main".

#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/execution_context.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

struct FiberSettings {
  std::size_t stack_bytes = 256 * 1024;  ///< without its guard; four times that under ASan
  Ratio preempt = {0, 1};                ///< chance that a checkpoint lets another task run
  /// After this many events, checkpoints and waits that are over at once, all at one instant, time
  /// counts as standing still.
  std::uint64_t livelock = 5'000'000;
  CalendarTime calendar_start = CalendarTime(1'767'225'600s);  ///< 2026-01-01T00:00:00Z
  /// A task that keeps the thread for this much real time during run() is reported, once; 0: none
  /// is. It changes nothing else.
  Duration watchdog = 10s;
  /// Takes the report, on the watchdog's thread; stderr does if this is empty. It may end the
  /// program, but not throw, fork, or begin or end a run.
  std::function<void(std::string_view)> report = {};
};

class Turn;

/// While run() runs, all functions of the Runtime, its Signals and its Tasks throw std::logic_error
/// if another thread calls them.
class FiberRuntime final : public Runtime, public ExecutionContext {
 public:
  /// `scheduler` and `decisions` must outlive the runtime.
  FiberRuntime(Scheduler& scheduler, Decisions& decisions, FiberSettings settings = {});
  /// Unwinds the tasks that still wait, youngest first.
  ~FiberRuntime() override;

  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] CalendarTime calendar() const override;
  /// Waits: as Runtime says. At one instant, tasks that slept until then run before those whose
  /// deadline it is.
  void sleep_until(TimePoint when) override;
  /// Asks "<task>/checkpoint/<name>/<n-th of this task and name>" whether all other ready tasks run
  /// first. Asks nothing when `preempt` is 0 or no task runs. A task whose process is paused stops
  /// here.
  void checkpoint(std::string_view name) override;
  /// Destroying a signal on which tasks wait aborts the program, unless they are being unwound.
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override;
  /// Starts a task in the process of the running task. In a dying task it only destroys `body`.
  ///
  /// Destroying the Task where nothing can wait, in an event or in a dying task, unwinds it there
  /// and then. So keep a Task that you start from an event.
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
  /// A keyed hash of the task, the purpose, and how often this task asked for this purpose. Never a
  /// deviation, because ids are not choices.
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override;

  /// Sets the seed of random_bits().
  void seed_ids(std::uint64_t seed);

  /// Makes a process, alive. The same name again makes a new incarnation: "s1", then "s1@2".
  ProcessId make_process(std::string name);
  /// Starts a task of `process`; the process's name is the prefix of its name. If the process is
  /// dead it only destroys `body`.
  [[nodiscard]] std::unique_ptr<Task> spawn_in(ProcessId process, std::string name,
                                               std::function<void()> body);
  /// Unwinds all tasks of `process`. No-op if it is dead.
  /// Requires: called from an event, or from a task of another process; `process` is not 0.
  /// Throws: std::logic_error otherwise.
  void kill(ProcessId process);
  [[nodiscard]] bool alive(ProcessId process) const override;
  /// Pauses a process: its tasks do not run until `until`, and what wakes them before takes effect
  /// then. The longest of several pauses counts. Only a kill ends one early.
  void pause(ProcessId process, TimePoint until);
  /// When a paused process continues; now() or earlier if it is not paused.
  [[nodiscard]] TimePoint paused_until(ProcessId process) const;

  /// The process and the name of the running task; 0 and "" on the scheduler's own stack.
  [[nodiscard]] ProcessId current_process() const override;
  [[nodiscard]] const std::string& current_task() const override;

  /// Moves the calendar forward or back. Deadlines stay as they are.
  void step_calendar(Duration by);

  /// Runs events and tasks until `done` is true (it may be empty), nothing is left to run up to
  /// `limit`, time stands still, or an exception escapes from a task. Returns whether `done` was
  /// true.
  ///
  /// Throws: what escaped; failed_task() then names the task.
  bool run(const std::function<bool()>& done, TimePoint limit = never);

  /// Names each task that waits, what it waits for, and since when, one a line, by creation:
  ///
  ///     c1/main waits for signal 'reply' since 0s (deadline 5s)
  ///
  /// A run that cannot go on prints this.
  [[nodiscard]] std::string waiting_tasks() const;

  /// Whether time stands still: tasks run again and again at one instant. Nothing runs any more
  /// then.
  [[nodiscard]] bool livelocked() const { return steps_ > settings_.livelock; }

  /// The task whose exception run() threw; "" while there is none.
  [[nodiscard]] const std::string& failed_task() const { return failed_task_; }

 private:
  struct Link;
  struct Wait;
  struct TaskState;
  struct Process;
  struct Unwinding;
  class FiberSignal;
  class FiberTask;
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  void task_main(TaskState& task);
  void enter(TaskState& task);
  void enter_unless_paused(TaskState& task);
  void make_ready(TaskState& task, TimePoint when);
  void wake(TaskState& task);
  void park(Wait wait, Link* ring);
  [[nodiscard]] bool may_wait();
  [[nodiscard]] bool refuses_to_wait();
  void stay_paused();
  void checkpoint_in_task(std::string_view name);
  void wait_for_end(TaskState& task);
  void unwind(TaskState& task);
  void unwind_all(const std::function<bool(const TaskState&)>& which);
  void step();
  void called(const char* what) const;
  [[nodiscard]] static std::string numbered(std::string_view prefix, std::string_view name,
                                            Counts& counts);

  Scheduler& scheduler_;
  Decisions& decisions_;
  FiberSettings settings_;
  Duration calendar_step_ = {};
  std::uint64_t id_seed_ = 0;
  std::vector<Process> processes_;                    ///< one more for each kill
  Counts incarnations_ = {};                          ///< of each process's name
  Counts purposes_ = {};                              ///< of random_bits() where no task runs
  std::list<std::shared_ptr<TaskState>> tasks_ = {};  ///< those that have not ended, by creation
  TaskState* current_ = nullptr;
  std::unique_ptr<Turn> turn_;  ///< of current_
  TimePoint pauses_end_ = {};   ///< nobody is paused after this
  TimePoint instant_ = {};      ///< of the latest event
  std::uint64_t steps_ = 0;     ///< since then, while it was now
  std::exception_ptr failure_ = {};
  std::string failed_task_ = {};
};

}  // namespace castaway::sim
