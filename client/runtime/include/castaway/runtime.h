#pragma once
// Runtime: everything that the library asks of the world besides messages: time, waiting, tasks and
// chance. Pass another one, and the same code runs in another world.
//
// ThreadRuntime answers for real. sim::FiberRuntime answers in virtual time, from named decisions.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/time.h"

namespace castaway {

/// Something that tasks wait for. The state that they wait for is elsewhere, guarded by a mutex:
///
///     for (;;) {
///       const auto ticket = changed.ticket();      // first the ticket,
///       if (state.lock()->ready) return true;      // then the look,
///       if (!changed.wait(ticket, deadline)) return false;
///     }
///
/// A notify() between the ticket and the wait is not lost: wait() then returns at once.
class Signal {
 public:
  using Ticket = std::uint64_t;

  virtual ~Signal() = default;

  [[nodiscard]] virtual Ticket ticket() const = 0;

  /// Wakes every task that waits with an older ticket. May be called from anywhere, even where no
  /// task runs.
  virtual void notify() = 0;

  /// False when `deadline` came first. A notify() at the same instant wins.
  /// Waits: until the next notify() after `ticket` was drawn, or `deadline`; no mutex may be held.
  virtual bool wait(Ticket ticket, TimePoint deadline) = 0;
};

/// A wait throws this in a task that is ended early, if the runtime can do that. It has no base
/// class, so that no handler takes it for an error; code that catches everything must rethrow it.
struct Unwinding {};

/// A thread, or a fiber in simulation. Destroying it joins it.
class Task {
 public:
  virtual ~Task() = default;

  /// Waits: until the task's body has returned.
  virtual void join() = 0;
};

class Runtime {
 public:
  virtual ~Runtime() = default;

  /// Steady time; never goes back.
  [[nodiscard]] virtual TimePoint now() const = 0;

  /// Time of day; may step in either direction at any moment.
  [[nodiscard]] virtual CalendarTime calendar() const = 0;

  /// Waits: until `when`; returns at once if that has passed.
  virtual void sleep_until(TimePoint when) = 0;

  /// Called before each lock of the library. Does nothing on threads; in simulation, another task
  /// may run here.
  virtual void checkpoint(std::string_view name) = 0;

  /// `name` says what tasks wait for, in reports of a deadlock.
  [[nodiscard]] virtual std::unique_ptr<Signal> make_signal(std::string_view name) = 0;

  /// Starts a task. An exception that leaves `body` ends the program (on threads) or the run (in
  /// simulation).
  [[nodiscard]] virtual std::unique_ptr<Task> spawn(std::string name,
                                                    std::function<void()> body) = 0;

  /// 64 random bits, for ids and jitter. `purpose` says what for; in simulation it is part of the
  /// decision's name.
  [[nodiscard]] virtual std::uint64_t random_bits(std::string_view purpose) = 0;
};

}  // namespace castaway
