#pragma once
// ThreadRuntime: the real world. Tasks are threads, time is the machine's, chance is the kernel's.

#include "castaway/runtime.h"

namespace castaway {

class ThreadRuntime final : public Runtime {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] CalendarTime calendar() const override;
  void sleep_until(TimePoint when) override;
  void checkpoint(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Signal> make_signal(std::string_view name) override;
  [[nodiscard]] std::unique_ptr<Task> spawn(std::string name, std::function<void()> body) override;
  [[nodiscard]] std::uint64_t random_bits(std::string_view purpose) override;
};

}  // namespace castaway
