#include "castaway/sim/actions/block_publish.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void BlockPublish::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  world.recorder().process("broker", "blocks publishers for " + castaway::to_string(for_), cause);
  world.network().block_publish(for_);
}

}  // namespace castaway::sim
