#include "clock.h"

#include <algorithm>

namespace castaway::virtual_time {

Clock::Clock(Time real_at_start) : real_(real_at_start) { publish(); }

Clock::Clock(const Clock& other)
    : now_(other.now_), real_(other.real_), monotonic_(other.monotonic_), page_(other.page_) {
  publish();
}

void Clock::advance_to(Time time) {
  if (time <= now_) return;
  now_ = time;
  publish();
}

void Clock::step_real(Time by) {
  real_ += by;
  publish();
}

std::optional<Time> Clock::reading(int clock_id) const {
  switch (clock_id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
      return real_ + now_;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
      return monotonic_ + now_;
    default:
      return std::nullopt;
  }
}

Time Clock::when(int clock_id, Time reading) const {
  if (reading == never) return never;
  const Time since_start = reading - (this->reading(clock_id).value_or(now_) - now_);
  return std::max(since_start, now_);
}

std::optional<Time> Clock::take_reads_of_a_spin() {
  constexpr Time cost_of_a_read = 50ns;
  if (!page_->is_used_up()) return std::nullopt;
  page_->count_anew();
  return ClockPage::reads_before_a_call * cost_of_a_read;
}

void Clock::publish() { page_->set(real_ + now_, monotonic_ + now_); }

}  // namespace castaway::virtual_time
