#pragma once
// HeapWatch: how many bytes this program takes from the heap while it is watched, and how many at
// most at a time.
//
// The program's operator new and delete count for it. They count nothing while nobody watches, so
// what is timed is as fast as ever.

#include <cstdint>

namespace castaway::bench {

/// One at a time, in a program of one thread.
class HeapWatch {
 public:
  HeapWatch();
  ~HeapWatch();
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;

  /// Bytes taken and not given back, since the watch began; below 0 when more was given back.
  [[nodiscard]] std::int64_t held() const;
  /// The most that `held` has been.
  [[nodiscard]] std::int64_t peak() const;
};

/// The most bytes of this process that were ever in memory at a time, as the kernel counts.
[[nodiscard]] std::int64_t resident_peak();

}  // namespace castaway::bench
