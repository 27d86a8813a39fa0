#include "castaway/sim/actions/cancel_consumer.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

std::string CancelConsumer::wrong(const On&) const {
  return queues_given(*this) == 0 && !who.empty() ? "" : wrong_queue(*this);
}

void CancelConsumer::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  Network& network = world.network();
  const auto queues =
      queues_given(*this) == 0 ? network.broker().queues() : which_queue(*this).in(world);
  for (const std::string& each : queues) network.cancel_consumers(each, who, cause);
}

}  // namespace castaway::sim
