#pragma once
// World: everything that a run consists of: its threads and processes, its clock, its timers, its
// network, and what is known of whether it can be repeated.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "clock.h"
#include "files.h"
#include "loopback.h"
#include "report.h"
#include "schedule.h"
#include "thread.h"
#include "timers.h"

namespace castaway::virtual_time {

struct Settings {
  std::uint64_t seed = 1;
  /// How likely another thread runs where one may; none is first come, first served.
  std::optional<double> chaos = {};
  Time limit = never;                   ///< the run ends when virtual time is this
  Time real_at_start = 1'893'456'000s;  ///< what CLOCK_REALTIME begins at: the year 2030
};

class World {
 public:
  explicit World(const Settings& settings)
      : settings(settings),
        clock(settings.real_at_start),
        schedule(settings.seed, settings.chaos) {}
  /// One that goes on from where the processes of `warm` have warmed up, at the time that it is
  /// there, without them.
  World(const Settings& settings, const World& warm);

  const Settings settings;
  bool has_own_network = false;    ///< or else the ports of this machine are those of the run
  bool input_is_expected = false;  ///< who owns the clock knows when it comes
  bool warms_up = false;           ///< programs may say that they have; see warm_process.h
  Clock clock;
  Report report;
  Schedule schedule;
  Timers timers;
  Loopback loopback;
  Files files;

  /// A process that begins. Its `parent` gives it its name, until it has one of its own.
  std::shared_ptr<Process> add_process(pid_t id, const Process* parent, std::string name);
  /// A thread that begins, and is stopped.
  Thread& add_thread(pid_t id, std::shared_ptr<Process> process);
  /// It is no more, and those that wait for that may go on.
  void remove(Thread& thread);

  /// The kernel has given it another number.
  void rename(Thread& thread, pid_t id);

  /// Null if there is none.
  [[nodiscard]] Thread* find(pid_t id) const;
  /// In the order in which they began.
  [[nodiscard]] const std::vector<std::unique_ptr<Thread>>& threads() const { return threads_; }
  [[nodiscard]] std::vector<Thread*> threads_of(const Process& process) const;
  /// By the number that it has for itself and its kin.
  [[nodiscard]] Thread* find_inner(pid_t inner_id) const;
  /// Those that wait, the one first that has waited longest.
  [[nodiscard]] std::vector<Thread*> waiting() const;

  /// It waits no more, and has its turn when it comes.
  void make_ready(Thread& thread);
  void make_wait(Thread& thread, Wait wait);

  /// Counts what threads may wait for that is tried again; see Call::wait_for_a_change.
  void note_change() { ++changes_; }
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  /// How often a thread or a process has ended, was stopped, or goes on after that.
  [[nodiscard]] std::uint64_t ends() const { return ends_; }
  void note_stop() {
    ++ends_;
    note_signal();
  }
  /// Nothing else runs until it has ended.
  void note_leaving(Thread& thread) { leaving_ = &thread; }
  [[nodiscard]] Thread* leaving() const { return leaving_; }
  /// A signal may have come to a thread that waits.
  void note_signal() { signal_may_have_come_ = true; }
  [[nodiscard]] bool take_signal() { return std::exchange(signal_may_have_come_, false); }

  /// Something came that the run did not make.
  void note_input(const Thread& thread, std::string_view what) {
    if (!input_is_expected)
      report.doubt(Doubt::outside, thread.name() + ": input in " + std::string(what));
  }

  /// Files that the run got from outside: the other end is nobody's here.
  void add_outside(const struct stat& file) { outside_.insert({file.st_dev, file.st_ino}); }
  [[nodiscard]] bool is_outside(const struct stat& file) const {
    return outside_.contains({file.st_dev, file.st_ino});
  }

 private:
  std::vector<std::unique_ptr<Thread>> threads_;
  std::map<pid_t, Thread*> by_id_;
  std::set<std::pair<dev_t, ino_t>> outside_;
  unsigned processes_so_far_ = 0;
  unsigned threads_so_far_ = 0;
  std::uint64_t waits_so_far_ = 0;
  std::uint64_t changes_ = 0;
  std::uint64_t ends_ = 0;
  Thread* leaving_ = nullptr;
  bool signal_may_have_come_ = false;
};

}  // namespace castaway::virtual_time
