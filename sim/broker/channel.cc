#include "channel.h"

#include <algorithm>

namespace castaway::sim {

Consumer* Channel::consumer(std::string_view tag) {
  const auto found = std::find_if(consumers.begin(), consumers.end(), [&](const Consumer& each) {
    return !each.gone && each.tag == tag;
  });
  return found == consumers.end() ? nullptr : &*found;
}

TimePoint Channel::overdue() const {
  if (unacknowledged.empty() || timeout.age == Duration::max()) return never;
  // It looks at every tick, and closes what is older than the timeout by then.
  const TimePoint oldest = deadline_after(unacknowledged.begin()->second.since, timeout.age);
  if (oldest == never) return never;
  return opened + ((oldest - opened) / timeout.tick + 1) * timeout.tick;
}

void Channel::forget(Consumer& consumer) {
  if (!consumer.gone || consumer.unacknowledged > 0) return;
  consumers.remove_if([&](const Consumer& each) { return &each == &consumer; });
}

void Channel::roll_back() {
  if (!transaction.has_value()) return;
  for (Transaction::Settlement& each : transaction->settlements)
    unacknowledged.merge(each.deliveries);
  transaction.emplace();
}

}  // namespace castaway::sim
