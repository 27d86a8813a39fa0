// A client that says nothing: the broker's patience with it.
//
// The broker looks at regular intervals whether something has come since it looked last, and gives
// up the second time that nothing has. So it takes two to three intervals. Source: RabbitMQ,
// rabbit_heartbeat.

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

void Network::silence(ProcessId process, TimePoint until, check::EventIndex cause) {
  const Duration interval = settings_.heartbeat_timeout;
  for (Link* const link : links_) {
    if (link->process_id != process || link->broken) continue;
    const Duration age = scheduler_.now() - link->made;
    const TimePoint looks = link->made + (age / interval + 1) * interval;
    const TimePoint gives_up = looks + 2 * interval;
    if (gives_up > until) continue;
    scheduler_.at(gives_up, EventClass::message, 0, [this, link, cause, pin = link->pin] {
      if (link->broken) return;
      link->blame(cause);
      reset(*link, "missed heartbeats from the client");
    });
  }
}

}  // namespace castaway::sim
