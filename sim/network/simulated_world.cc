#include "castaway/sim/fault_world.h"
#include "castaway/sim/network.h"

namespace castaway::sim {

void SimulatedWorld::disconnect(const Disconnect& how, const std::string& who,
                                check::EventIndex cause) {
  network().disconnect(how, who, cause);
}

std::vector<std::string> SimulatedWorld::reply_queues(const std::string& client) {
  return network().reply_queues(client);
}

void SimulatedWorld::delete_queue(const std::string& queue) {
  network().broker().delete_queue(queue, scheduler().now());
}

}  // namespace castaway::sim
