#pragma once
// Time: durations and instants as integer nanoseconds, of two clocks that must never be mixed.
//
// RuntimeClock is the steady clock, for deadlines. CalendarClock is the time of day, and may be set
// back. Neither has a now(): ask a Runtime.

#include <chrono>
#include <cstdint>
#include <string>

namespace castaway {

using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;

struct RuntimeClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<RuntimeClock>;
  static constexpr bool is_steady = true;
};

struct CalendarClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CalendarClock>;  ///< since 1970-01-01T00:00:00Z
  static constexpr bool is_steady = false;
};

using TimePoint = RuntimeClock::time_point;
using CalendarTime = CalendarClock::time_point;

/// The deadline of a wait that may last for ever.
inline constexpr TimePoint never = TimePoint::max();

/// `start + length`, or `never` where the sum cannot be represented. A negative length counts as 0.
[[nodiscard]] constexpr TimePoint deadline_after(TimePoint start, Duration length) {
  if (length <= Duration::zero()) return start;
  return length >= never - start ? never : start + length;
}

/// The duration as people write it, exactly: "1.5s", "250ms", "0s", "-1h".
[[nodiscard]] std::string to_string(Duration duration);

}  // namespace castaway
