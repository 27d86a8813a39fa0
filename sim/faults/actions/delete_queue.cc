#include "castaway/sim/actions/delete_queue.h"

#include "castaway/sim/fault_world.h"

namespace castaway::sim {

std::string DeleteQueue::why_not_over(const On&, const Capabilities& capabilities) {
  if (capabilities.has("durable")) return "";
  return "this broker knows no queues, so none can be deleted: " +
         capabilities.missing.at("durable");
}

void DeleteQueue::strike(World& world, const On&, check::EventIndex cause) const {
  world.recorder().process("broker",
                           queue.empty() ? "the reply queue of " + replies_of + " is deleted"
                                         : "queue " + queue + " is deleted",
                           cause);
  if (!queue.empty()) return world.delete_queue(queue);
  for (const std::string& replies : world.reply_queues(replies_of)) world.delete_queue(replies);
}

}  // namespace castaway::sim
