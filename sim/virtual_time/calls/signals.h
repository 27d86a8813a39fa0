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
};

[[nodiscard]] constexpr std::uint64_t bit_of(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

/// Nothing is pending for a thread that is no more.
[[nodiscard]] SignalState signal_state(pid_t thread);

/// Lets those waits end that a signal interrupts. True if there was one.
bool interrupt_waits(World& world);

/// Sends a signal as a timer does.
void send_timer_signal(pid_t process, pid_t thread, int signal, std::uint64_t value, int overrun);

}  // namespace castaway::virtual_time
