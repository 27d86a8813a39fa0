#pragma once
// Report: whether a run was deterministic, and how it ended.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "virtual_time.h"

namespace castaway::virtual_time {

/// What makes a run void: it may go another way when it is repeated.
enum class Doubt {
  away,          ///< a thread slept in the kernel where the supervisor cannot see for what
  preempted,     ///< a thread computed for so long that it was stopped by a real clock
  unknown_call,  ///< a system call that the supervisor does not know
  rdtsc,         ///< the processor's counter was read
  changed_file,  ///< a file was changed from outside while the run used it
  outside,       ///< something came from outside of the run: input, or a signal
  network,       ///< bytes were under way for longer than loopback takes
  clock,         ///< a clock was used that cannot be made virtual
};
[[nodiscard]] const char* to_string(Doubt doubt);

class Report {
 public:
  struct Count {
    std::uint64_t times = 0;
    std::vector<std::string> details = {};  ///< each once, the first few
  };

  void doubt(Doubt doubt, std::string detail);
  /// What the system did not allow, and what is lost with it.
  void lose(std::string what) { losses_.push_back(std::move(what)); }

  /// What makes the warming-up void makes each run void that begins there.
  void add_what_holds_for_all(const Report& warming_up);

  [[nodiscard]] bool deterministic() const { return doubts_.empty(); }
  [[nodiscard]] const std::map<Doubt, Count>& doubts() const { return doubts_; }
  [[nodiscard]] const std::vector<std::string>& losses() const { return losses_; }

  std::uint64_t calls = 0;     ///< that the supervisor saw
  std::uint64_t waits = 0;     ///< how often a thread had to wait
  std::uint64_t switches = 0;  ///< how often another thread got its turn
  std::uint64_t advances = 0;  ///< how often time moved
  std::uint64_t late = 0;      ///< how often the second look before that found something
  std::uint64_t trace = 0;     ///< a hash of all calls and their times
  Time virtual_time = {};
  Time real_time = {};
  std::vector<std::string> deadlock = {};  ///< a line for each thread; empty if there was none
  bool out_of_time = false;                ///< the limit of virtual time was reached

  /// For people, on stderr: lines that begin with "castaway vt: ".
  [[nodiscard]] std::string text(std::uint64_t seed) const;
  /// For programs: one JSON object.
  [[nodiscard]] std::string json(std::uint64_t seed, int exit_code) const;

 private:
  std::map<Doubt, Count> doubts_;
  std::vector<std::string> losses_;
};

}  // namespace castaway::virtual_time
