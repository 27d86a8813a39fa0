#pragma once
// ClockPage: two pages that all processes of a run share: code that reads the clock, and the time.
//
// The kernel gives every process a vdso: functions that read the clock without a system call. The
// supervisor lets them jump to the code in these pages, so that reading the virtual clock costs
// what reading the real one does, and moving it is one store for all processes together.
//
// The code counts down how often it is used. Every `reads_before_a_call` it makes a real system
// call instead, which the supervisor sees: so it learns of threads that do nothing but look at the
// clock, and of how often they did, which is no chance.

#include <cstdint>
#include <string>

#include "virtual_time.h"

namespace castaway::virtual_time {

class ClockPage {
 public:
  static constexpr std::int64_t reads_before_a_call = 2000;

  /// Throws: std::system_error if there is no shared memory to be had.
  ClockPage();
  ClockPage(const ClockPage&) = delete;
  ClockPage& operator=(const ClockPage&) = delete;
  ~ClockPage();

  /// Programs read this from now on, and reads are counted from 0.
  void set(Time real, Time monotonic);
  [[nodiscard]] bool is_used_up() const;
  void count_anew();

  /// For shmat(2). It is gone once the last process that has it is gone.
  [[nodiscard]] int id() const { return id_; }

  /// The vdso's functions, and where in these pages the code is that stands in for them.
  struct Entry {
    const char* name;
    std::uint64_t offset;
  };
  static const Entry entries[5];

 private:
  int id_;
  char* pages_;
};

/// What is written over a function so that it jumps to `target`.
[[nodiscard]] std::string jump_to(std::uint64_t target);

}  // namespace castaway::virtual_time
