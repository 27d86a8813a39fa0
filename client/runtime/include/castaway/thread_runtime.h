#pragma once
// ThreadRuntime: the Runtime for production. Tasks are threads, time is the machine's, and random
// bits come from the kernel.

#include <functional>
#include <memory>

#include "castaway/runtime.h"

namespace castaway {

/// Reactor: what threads do while they wait. Of the threads that wait on a runtime's Signals, one
/// serves the sockets for all (it leads, the others follow). So the thread that waits for the next
/// answer mostly reads it itself, with no hand-over between threads. Source: D. Schmidt et al.,
/// "Leader/Followers".
class Reactor {
 public:
  /// A thread that waits for a signal.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    [[nodiscard]] virtual const Signal& signal() const = 0;
    [[nodiscard]] virtual TimePoint deadline() const = 0;
    /// Whether the signal was notified.
    [[nodiscard]] virtual bool done() = 0;
    /// Waits: until it is done or woken, or its deadline.
    virtual void rest() = 0;
    /// Ends its rest, or the next one. May be called from anywhere.
    virtual void wake() = 0;
  };

  virtual ~Reactor() = default;

  /// Waits: until `waiter` is done, or its deadline. Meanwhile the thread serves or rests.
  virtual void wait(Waiter& waiter) = 0;

  /// Tells the waiters for `signal` that they are done: if one of them serves, it has to look. Does
  /// not wait.
  virtual void interrupt(const Signal& signal) = 0;
};

class ThreadRuntime final : public Runtime {
 public:
  ThreadRuntime();

  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] CalendarTime calendar() const override;
  void sleep_until(TimePoint when) override;
  void checkpoint(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override;

  /// The reactor that waiting threads serve. Calls `make` for one unless somebody holds one
  /// already.
  [[nodiscard]] std::shared_ptr<Reactor> reactor(
      const std::function<std::shared_ptr<Reactor>()>& make);

 private:
  class ReactorPlace;
  class ThreadSignal;
  std::shared_ptr<ReactorPlace> reactor_;
};

}  // namespace castaway
