#pragma once
// Supervisor: runs the threads of other programs one at a time, in virtual time.
//
// A thread runs until it makes a system call that the supervisor handles. Then it goes on, or waits
// until what it waits for has come; when no thread can run, time moves to the earliest deadline.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <sys/types.h>

#include "control.h"
#include "trace.h"
#include "world/world.h"

namespace castaway::virtual_time {

class Supervisor {
 public:
  /// `control` may be null: then the clock is the supervisor's own.
  Supervisor(World& world, Trace& trace, Control* control);

  /// Takes over a process that waits to become a program, and runs it until it has. The run is
  /// over when all that are `main` have ended, or all, if none is.
  /// Returns false if it did not become one.
  [[nodiscard]] bool start(pid_t process, const std::string& name, bool main);

  /// Runs until the program that was started last is warm: it has opened /castaway/warm, and forks.
  /// Its process then stays in that call, stopped. Nothing if it never does.
  struct WarmFork {
    pid_t parent = 0;
    pid_t child = 0;
    std::shared_ptr<Process> process = {};
  };
  [[nodiscard]] std::optional<WarmFork> warm_up();
  /// Takes over a process that a warm one has just forked, and that is stopped.
  void take_over(pid_t process, const Process& parent, bool main);

  /// Runs all of them to the end. Returns the exit code of the last main program that failed.
  [[nodiscard]] int run();
  /// Kills all that are left. Waits: until they are gone.
  void end_all();

 private:
  enum class Next { go_on, other };

  [[nodiscard]] bool is_over() const;
  /// Whether threads are about to end, or to go on: nothing else runs until they have said so.
  [[nodiscard]] bool some_end() const;
  /// All threads of a program have ended, and the kernel has still to say how.
  [[nodiscard]] bool awaits_an_end() const;
  void step();
  void resume(Thread& thread);
  void wait_for_event();
  void sweep();
  void on_event(pid_t id, int status);
  void on_end(pid_t id, int status);
  void on_stop(Thread& thread, int status);
  void on_call(Thread& thread);
  void on_end_of_call(Thread& thread);
  void on_birth(Thread& parent, int event);
  void on_program(Thread& thread);
  void on_signal(Thread& thread, int signal);
  /// The thread has been dealt with: it goes on if it was running and nothing is against that.
  void proceed(Thread& thread);
  [[nodiscard]] bool gives_way(Thread& thread);

  /// Lets those go on that need wait no longer. True if there are any.
  bool look();
  /// When nothing can run: what comes next.
  void move_time();
  void advance_to(Time time);
  void expire_due();
  [[nodiscard]] Time next_deadline() const;
  /// True if a thread waits for what is outside, or is away: real time goes by.
  bool wait_outside();
  void tell_deadlock();

  // What a real clock says, for threads that do not come back: see watch.cc.
  void watch_running();
  void note_away(Thread& thread);

  World& world_;
  Trace& trace_;
  Control* control_;
  Thread* running_ = nullptr;
  Thread* held_ = nullptr;           ///< goes on when those have ended that it killed
  std::map<pid_t, int> early_;       ///< stops of threads that are not known yet
  std::map<pid_t, pid_t> in_vfork_;  ///< a child, and the thread that waits for it
  std::set<pid_t> roots_, mains_;
  bool has_main_ = false;
  bool quit_ = false;
  std::optional<WarmFork> warm_ = {};
  int exit_code_ = 0;
  std::uint64_t calls_at_this_time_ = 0;

  struct Watch {
    std::uint64_t events = 0;        ///< so many had come at the last look
    unsigned asleep = 0;             ///< looks in a row at which the thread slept
    std::int64_t cpu_at_start = -1;  ///< of the thread, in ticks; negative: not looked at yet
    bool interrupting = false;
  } watch_;
  std::uint64_t events_ = 0;
  std::uint64_t cycles_ = 0;  ///< how often the processor's counter was read
  int spins_ = 0;             ///< how often a thread was interrupted that computed
  std::optional<std::chrono::steady_clock::time_point> away_since_ = {};
};

/// Ctrl-C and the like: the run ends as soon as it can.
[[nodiscard]] int interrupting_signal();
void watch_signals();

}  // namespace castaway::virtual_time
