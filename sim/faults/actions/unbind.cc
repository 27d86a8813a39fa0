#include "castaway/sim/actions/unbind.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void Unbind::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const WhichQueue meant = which_queue(*this);
  const std::string words = meant.in_words() + " loses its bindings";
  const Told told{.detail = check::Detail::binding_lost,
                  .name = meant.queue.empty() ? meant.whose : meant.queue,
                  .text = meant.queue.empty() ? std::string_view(words) : std::string_view()};
  const check::EventIndex event = world.recorder().process("broker", told, cause);
  for (const std::string& each : meant.in(world))
    world.network().unbind(each, exchange, routing_key, event);
}

}  // namespace castaway::sim
