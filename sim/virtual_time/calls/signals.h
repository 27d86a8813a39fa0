#pragma once
// Signals: which ones a thread would act on, and what they end.

#include <csignal>
#include <cstdint>

#include <sys/types.h>

namespace castaway::virtual_time {

class World;
struct Thread;

/// Sets of signals: bit 0 is signal 1.
struct SignalState {
  std::uint64_t pending_thread = 0;
  std::uint64_t pending_process = 0;
  std::uint64_t blocked = 0;
  std::uint64_t ignored = 0;
  std::uint64_t caught = 0;

  /// Those that do something to a thread with this mask: run a handler, or end it.
  [[nodiscard]] std::uint64_t effective(std::uint64_t pending, std::uint64_t mask) const;
  /// Those that stop a process.
  [[nodiscard]] std::uint64_t stopping(std::uint64_t pending) const;
};

[[nodiscard]] constexpr std::uint64_t bit_of(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

/// Nothing is pending for a thread that is no more.
[[nodiscard]] SignalState signal_state(pid_t thread);

/// Lets those waits end that a signal interrupts. True if there was one.
bool interrupt_waits(World& world);

/// Nothing can hold a thread that is killed, nor one that was stopped and is to go on: it would say
/// so at any time, so nothing else runs until it has.
void note_moving(World& world);

/// The number of the timer that alarm(2) and setitimer(2) set, of which there is one.
inline constexpr int alarm_timer = -1;

/// Sends the signal of a timer of that number.
void send_timer_signal(pid_t process, pid_t thread, int signal, std::uint64_t value, int timer);

/// A signal reaches a program. If a timer sent it, the program is to be told what the kernel tells,
/// and how often it would have come: then `info` changes, and this is true.
[[nodiscard]] bool tell_of_timer(World& world, const Thread& thread, siginfo_t& info);

/// Whether it was sent by a process that is not in the run. Known if processes have numbers of
/// their own.
[[nodiscard]] bool is_from_outside(const Thread& thread, const siginfo_t& info);

}  // namespace castaway::virtual_time
