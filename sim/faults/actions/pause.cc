#include "castaway/sim/actions/pause.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void Pause::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  const Incarnation it = world.incarnation_of(who);
  if (it.id == 0) return;
  for (const std::string& tenant : it.tenants)
    world.recorder().process(tenant, {.detail = check::Detail::paused, .length = for_}, cause);
  const TimePoint end = world.end_of(for_);
  world.runtime().pause(it.id, end);
  world.network().silence(it.id, end, cause);
  world.scheduler().at(end, EventClass::world, 0, [&world, it, cause] {
    const FiberRuntime& runtime = world.runtime();
    if (!runtime.alive(it.id) || runtime.paused_until(it.id) > world.scheduler().now()) return;
    for (const std::string& tenant : it.tenants)
      world.recorder().process(tenant, {.detail = check::Detail::resumed}, cause);
  });
}

}  // namespace castaway::sim
