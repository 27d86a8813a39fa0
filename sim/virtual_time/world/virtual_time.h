#pragma once
// Time: virtual time since the run began. It moves only when no thread can run.

#include <chrono>
#include <cstdint>
#include <ctime>

#include <sys/time.h>

namespace castaway::virtual_time {

using namespace std::chrono_literals;

using Time = std::chrono::nanoseconds;

/// Later than anything.
inline constexpr Time never = Time::max();

/// `duration` after `now`; no overflow. What is negative is over at once.
[[nodiscard]] constexpr Time after(Time now, Time duration) {
  if (duration <= Time::zero()) return now;
  return duration >= never - now ? never : now + duration;
}

/// Durations of more than two centuries are `never`.
[[nodiscard]] constexpr Time time_of(const timespec& spec) {
  if (spec.tv_sec > 7'000'000'000) return never;
  return std::chrono::seconds(spec.tv_sec) + std::chrono::nanoseconds(spec.tv_nsec);
}

[[nodiscard]] constexpr Time time_of(const timeval& value) {
  if (value.tv_sec > 7'000'000'000) return never;
  return std::chrono::seconds(value.tv_sec) + std::chrono::microseconds(value.tv_usec);
}

[[nodiscard]] constexpr timespec timespec_of(Time time) {
  return {.tv_sec = time / 1s, .tv_nsec = time % 1s / 1ns};
}

[[nodiscard]] constexpr timeval timeval_of(Time time) {
  return {.tv_sec = time / 1s, .tv_usec = time % 1s / 1us};
}

}  // namespace castaway::virtual_time
