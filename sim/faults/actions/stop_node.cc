#include "castaway/sim/actions/stop_node.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void StopNode::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const std::string which = std::to_string(node);
  const check::EventIndex down = world.recorder().process(
      "broker", {.detail = check::Detail::node_down, .name = which, .length = for_}, cause);
  world.network().stop_node(*this, down);
  world.scheduler().at(world.end_of(for_), EventClass::world, 0, [&world, node = node, cause] {
    if (!world.network().start_node(node)) return;
    world.recorder().process(
        "broker", {.detail = check::Detail::node_up, .name = std::to_string(node)}, cause);
  });
}

}  // namespace castaway::sim
