#pragma once
// ThreadRuntime: the real world. Tasks are threads, time is the machine's, chance is the kernel's.

#include <functional>
#include <memory>

#include "castaway/runtime.h"

namespace castaway {

/// Reactor: what a thread does while it waits. Of those that wait on the Signals of a runtime one
/// serves the sockets for all: so whose answer comes next reads it itself, with no hand-over
/// between threads. Source: D. Schmidt et al., "Leader/Followers".
class Reactor {
 public:
  virtual ~Reactor() = default;

  /// Serves on this thread until `done`, or until another one is to do so. Returns at once if
  /// another one does.
  /// Waits: until then, `deadline` at most.
  virtual void serve(const std::function<bool()>& done, TimePoint deadline) = 0;

  /// Has the thread that serves ask again whether it is done. Does not wait.
  virtual void interrupt() = 0;
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

  /// The reactor that waiting threads serve: the one that somebody holds, or what `make` makes.
  [[nodiscard]] std::shared_ptr<Reactor> reactor(
      const std::function<std::shared_ptr<Reactor>()>& make);

 private:
  class ReactorPlace;
  class ThreadSignal;
  std::shared_ptr<ReactorPlace> reactor_;
};

}  // namespace castaway
