#include "castaway/sim/actions/delete_queue.h"

#include "castaway/sim/fault_world.h"

namespace castaway::sim {

std::string DeleteQueue::why_not_over(const On&, const Capabilities& capabilities) {
  if (capabilities.has("durable")) return "";
  return "this broker knows no queues, so none can be deleted: " +
         capabilities.missing.at("durable");
}

void DeleteQueue::strike(World& world, const On&, check::EventIndex cause) const {
  using enum check::Detail;
  const Told told = queue.empty() ? Told{.detail = reply_queue_deleted, .name = replies_of}
                                  : Told{.detail = queue_deleted, .name = queue};
  world.recorder().process("broker", told, cause);
  if (!queue.empty()) return world.delete_queue(queue);
  for (const std::string& replies : world.reply_queues(replies_of)) world.delete_queue(replies);
}

}  // namespace castaway::sim
