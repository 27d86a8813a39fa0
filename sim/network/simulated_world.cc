#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void SimulatedWorld::disconnect(const Disconnect& how, const std::string& who,
                                check::EventIndex cause) {
  network().disconnect(how, who, cause);
}

std::vector<std::string> SimulatedWorld::queues_of(const std::string& process, QueueRole role) {
  return network().queues_of(process, role);
}

void SimulatedWorld::delete_queue(const std::string& queue, check::EventIndex cause) {
  network().delete_queue(queue, cause);
}

}  // namespace castaway::sim
