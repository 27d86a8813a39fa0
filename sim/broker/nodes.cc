// A node of a cluster goes down and comes back, with the classic queues that have their home there.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "castaway/sim/broker.h"

#include "state.h"

namespace castaway::sim {
namespace {

using Queues = std::vector<std::shared_ptr<Queue>>;

/// Those that are on no other node.
Queues queues_on(std::uint64_t node,
                 const std::map<std::string, std::shared_ptr<Queue>, std::less<>>& all) {
  Queues found;
  for (const auto& [name, queue] : all) {
    if (queue->home() == node && !queue->arguments().quorum) found.push_back(queue);
  }
  return found;
}

}  // namespace

void Broker::stop_node(std::uint64_t node, TimePoint now) {
  const auto anybody = [](ConnectionId) { return true; };
  for (const std::shared_ptr<Queue>& queue : queues_on(node, state_->queues)) {
    if (!queue->declaration().durable) {
      state_->remove(queue);
    } else if (!queue->is_away()) {
      queue->set_away(true);
      cancel_consumers(queue->name(), anybody, now);
    }
  }
  state_->finish(now);
}

void Broker::start_node(std::uint64_t node, TimePoint now) {
  for (const std::shared_ptr<Queue>& queue : queues_on(node, state_->queues)) {
    queue->set_away(false);
    queue->touch(now);
    state_->drain(*queue, now);
  }
  state_->finish(now);
}

}  // namespace castaway::sim
