#include "castaway/sim/actions/restart_broker.h"

#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void RestartBroker::strike(SimulatedWorld& world, const On&, check::EventIndex cause) const {
  Recorder& recorder = world.recorder();
  const check::EventIndex down =
      recorder.process("broker", {.detail = check::Detail::down, .length = for_}, cause);
  if (world.network().restart_broker(*this, cause, down) > 0)
    recorder.process("broker", {.detail = check::Detail::forgot_acks}, cause);
  world.scheduler().at(world.end_of(for_), EventClass::world, 0, [&world, cause] {
    if (world.network().broker_is_up())
      world.recorder().process("broker", {.detail = check::Detail::up_again}, cause);
  });
}

}  // namespace castaway::sim
