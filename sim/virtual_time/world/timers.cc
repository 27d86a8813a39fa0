#include "timers.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace castaway::virtual_time {

Timer* Timers::find(Key key) {
  const auto it = timers_.find(key);
  return it == timers_.end() ? nullptr : &it->second;
}

void Timers::forget(unsigned process, bool keep_alarm) {
  std::erase_if(timers_, [=](const auto& entry) {
    return entry.first.process == process && !(keep_alarm && entry.first.kind == Key::Kind::alarm);
  });
}

std::uint64_t Timers::free_id(unsigned process) const {
  std::uint64_t id = 0;
  while (timers_.contains({.process = process, .kind = Key::Kind::posix, .id = id})) ++id;
  return id;
}

Time Timers::next() const {
  Time next = never;
  for (const auto& [key, timer] : timers_) next = std::min(next, timer.due);
  return next;
}

void Timers::expire(Time now) {
  std::vector<std::pair<Time, Key>> due;
  for (const auto& [key, timer] : timers_) {
    if (timer.due <= now) due.emplace_back(timer.due, key);
  }
  std::ranges::sort(due);
  for (const auto& [when, key] : due) {
    Timer* const timer = find(key);
    if (timer == nullptr) continue;
    std::uint64_t expirations = 1;
    if (timer->interval > Time::zero()) {
      expirations += static_cast<std::uint64_t>((now - timer->due) / timer->interval);
      timer->due += static_cast<std::int64_t>(expirations) * timer->interval;
    } else {
      timer->due = never;
    }
    const auto expire = timer->expire;
    if (expire) expire(expirations);
  }
}

}  // namespace castaway::virtual_time
