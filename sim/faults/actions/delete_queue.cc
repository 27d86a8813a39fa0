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
  const WhichQueue which = which_queue(*this);
  const bool is_plain = !which.queue.empty() || which.role == QueueRole::replies;
  const std::string words = is_plain ? "" : which.in_words() + " is deleted";
  const Told told{.detail = replies_of.empty() ? queue_deleted : reply_queue_deleted,
                  .name = which.queue.empty() ? which.whose : which.queue,
                  .text = words};
  const check::EventIndex event = world.recorder().process("broker", told, cause);
  for (const std::string& each : which.in(world)) world.delete_queue(each, event);
}

}  // namespace castaway::sim
