#include "castaway/sim/actions/block_publish.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void BlockPublish::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  world.recorder().process("broker", {.detail = check::Detail::blocks_publishers, .length = for_},
                           cause);
  world.network().block_publish(for_);
}

}  // namespace castaway::sim
