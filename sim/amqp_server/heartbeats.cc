#include "heartbeats.h"

#include <algorithm>
#include <utility>

namespace castaway::sim::server {

void Heartbeats::start(Duration interval) {
  interval_ = interval;
  if (interval == Duration::zero()) return;
  to_send_.start(interval / 2);
  to_hear_.start(interval);
}

void Heartbeats::stop() {
  to_send_.stop();
  to_hear_.stop();
}

void Heartbeats::pause() { to_hear_.stop(); }

void Heartbeats::resume() {
  received_ = 0;
  is_quiet_ = false;
  if (interval_ != Duration::zero()) to_hear_.start(interval_);
}

Heartbeats::Due Heartbeats::advance(TimePoint now, std::uint64_t sent, std::uint64_t received) {
  Due due;
  if (to_send_.passes(now)) {
    due.send = std::exchange(sent_, sent) == sent || first_;
    first_ = false;
    to_send_.start(interval_ / 2, now);
  }
  if (to_hear_.passes(now)) {
    const bool was_quiet = std::exchange(is_quiet_, std::exchange(received_, received) == received);
    due.is_silent = was_quiet && is_quiet_;
    to_hear_.start(interval_, now);
  }
  return due;
}

TimePoint Heartbeats::next() const { return std::min(to_send_.due(), to_hear_.due()); }

}  // namespace castaway::sim::server
