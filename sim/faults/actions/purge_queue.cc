#include "castaway/sim/actions/purge_queue.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void PurgeQueue::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const WhichQueue which = which_queue(*this);
  const std::string words = which.queue.empty() ? which.in_words() + " is purged" : "";
  const Told told{.detail = check::Detail::queue_purged,
                  .name = which.queue.empty() ? which.whose : which.queue,
                  .text = words};
  const check::EventIndex event = world.recorder().process("broker", told, cause);
  for (const std::string& each : which.in(world)) world.network().purge(each, event);
}

}  // namespace castaway::sim
