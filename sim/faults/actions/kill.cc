#include "castaway/sim/actions/kill.h"

#include "castaway/sim/fault_world.h"

namespace castaway::sim {

void Kill::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const Incarnation it = world.incarnation_of(who);
  if (it.id == 0 || !world.runtime().alive(it.id)) return;  // not started yet, or gone already
  for (const std::string& tenant : it.tenants)
    world.recorder().process(tenant, {.detail = check::Detail::killed}, cause);
  world.kill(who);
  if (!restart) return;
  world.scheduler().at(world.end_of(*restart), EventClass::world, 0,
                       [&world, who = who] { world.launch(who); });
}

}  // namespace castaway::sim
