#pragma once
// TaskNames: what the tasks of real threads are called, as in "c1/main", so that a history can say
// who did something.
//
// NamedRuntime gives each task that it spawns its name, the second of a name "c1/main#2".

#include <map>
#include <memory>
#include <string>
#include <thread>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

namespace castaway::sim {

class TaskNames final {
 public:
  explicit TaskNames(Runtime& runtime) : names_(runtime, "task-names") {}

  /// Empty for a thread that NamedRuntime has not started.
  [[nodiscard]] std::string current();
  [[nodiscard]] std::string unique(const std::string& name);
  void enter(const std::string& name);
  void leave();

 private:
  struct Names {
    std::map<std::thread::id, std::string> by_thread = {};
    std::map<std::string, unsigned> used = {};
  };
  Guarded<Names> names_;
};

/// The runtime of one process. A task that is ended early (Unwinding) just ends.
class NamedRuntime final : public Runtime {
 public:
  /// `base` and `names` outlive the tasks.
  NamedRuntime(Runtime& base, TaskNames& names, std::string process)
      : base_(base), names_(names), process_(std::move(process)) {}

  [[nodiscard]] TimePoint now() const override { return base_.now(); }
  [[nodiscard]] CalendarTime calendar() const override { return base_.calendar(); }
  void sleep_until(TimePoint when) override { base_.sleep_until(when); }
  void checkpoint(std::string_view name) override { base_.checkpoint(name); }
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override {
    return base_.make_signal(name);
  }
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override {
    return base_.random_bits(purpose);
  }

 private:
  Runtime& base_;
  TaskNames& names_;
  const std::string process_;
};

}  // namespace castaway::sim
