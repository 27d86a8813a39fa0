#pragma once
// Schedule: which thread runs next.
//
// First come, first served; or by chance, which explores how the threads of a program may follow
// each other. Each seed is another order, and the same one when it is repeated.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "random.h"
#include "thread.h"

namespace castaway::virtual_time {

class Schedule {
 public:
  /// With `chaos` any ready thread may be next, and where a thread may yield it does so with that
  /// probability.
  Schedule(std::uint64_t seed, std::optional<double> chaos)
      : chaos_(chaos), random_(seed, 0x5c4ed) {}

  /// It can run, after those that can already.
  void add(Thread& thread) { ready_.push_back(&thread); }
  void remove(Thread& thread) { std::erase(ready_, &thread); }
  /// Takes the next one. Null if there is none whose process is not paused.
  [[nodiscard]] Thread* take_next();
  /// Whether any could be taken.
  [[nodiscard]] bool has_any() const;

  /// Whether the running thread makes way here, if another is ready.
  [[nodiscard]] bool yields();
  /// In which order those wake that wait for the same thing.
  void order(std::vector<Thread*>& threads);

 private:
  std::optional<double> chaos_;
  Random random_;
  std::deque<Thread*> ready_;
};

}  // namespace castaway::virtual_time
