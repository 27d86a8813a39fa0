#pragma once
// RaceRuntime: a FiberRuntime that tells ThreadSanitizer what real threads would order: a task
// comes after what its parent did before, and before the task that joins it; a wait comes after the
// notify that ended it. Mutexes need no telling.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/sim/fiber_runtime.h"

namespace castaway::sim::races {

class RaceRuntime final : public Runtime {
 public:
  /// `fibers` belongs to the world, and outlives the runtime.
  explicit RaceRuntime(FiberRuntime& fibers) : fibers_(fibers) {}

  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] CalendarTime calendar() const override;
  void sleep_until(TimePoint when) override;
  void checkpoint(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
  /// The first task of a process, from the world's own thread.
  [[nodiscard]] std::unique_ptr<Task> spawn_in(ProcessId process, std::string name,
                                               std::function<void()> body);
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override;

 private:
  FiberRuntime& fibers_;
};

}  // namespace castaway::sim::races
