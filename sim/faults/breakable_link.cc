#include "breakable_link.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace castaway::sim {

void BreakableLink::disconnect(const Disconnect& how, check::EventIndex cause) {
  blame(cause);
  if (!how.half_open) return reset("the link was cut");
  std::vector<Way> ways;
  if (how.way != Disconnect::Way::from_broker) ways.push_back(Way::up);
  if (how.way != Disconnect::Way::to_broker) ways.push_back(Way::down);
  for (const Way way : ways) stall(way);
  const bool returns =
      how.for_ > Duration::zero() && (how.unnoticed || how.for_ < settings_.heartbeat_timeout);
  const bool flush = returns && how.then == Disconnect::Then::flush;
  when_over(returns ? how.for_ : settings_.heartbeat_timeout, [this, ways, flush] {
    if (!flush) return reset("the link was dead");
    for (const Way way : ways) resume(way);
  });
}

void BreakableLink::lose(Way way, check::EventIndex cause) {
  // What was sent before still arrives.
  if (!die(way)) return;
  blame(cause);
  when_over(settings_.heartbeat_timeout, [this] { reset("missed heartbeats from the peer"); });
}

void BreakableLink::when_over(Duration for_, std::function<void()> end) {
  const TimePoint now = scheduler_.now();
  const TimePoint when = std::min(deadline_after(now, for_), std::max(settings_.quiet, now));
  scheduler_.at(when, EventClass::message, 0, [kept = kept(), end = std::move(end)] { end(); });
}

}  // namespace castaway::sim
