#include "castaway/sim/actions/jump_wall.h"

#include "castaway/sim/fault_world.h"

namespace castaway::sim {

void JumpWall::strike(SimulatedWorld& world, const On&, check::EventIndex) const {
  world.recorder().note("clock", {.detail = check::Detail::clock_stepped, .length = by});
  world.runtime().step_calendar(by);
}

}  // namespace castaway::sim
