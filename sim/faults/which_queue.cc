#include "castaway/sim/actions/which_queue.h"

#include <fmt/format.h>

#include "castaway/sim/fault_world.h"
#include "castaway/sim/mask_ids.h"

namespace castaway::sim {

std::string WhichQueue::in_words() const {
  if (!queue.empty()) return "queue " + queue;
  const char* const kind = role == QueueRole::own      ? "own queue"
                           : role == QueueRole::fanout ? "fanout queue"
                                                       : "reply queue";
  return fmt::format("the {} of {}", kind, whose);
}

std::vector<std::string> WhichQueue::in(World& world) const {
  return queue.empty() ? world.queues_of(whose, role) : std::vector{queue};
}

/// Source: oslo_messaging/_drivers/amqpdriver.py, listen and _get_reply_q.
bool has_role(std::string_view queue, std::string_view process, QueueRole role) {
  switch (role) {
    case QueueRole::replies:
      return queue.starts_with("reply_");
    case QueueRole::fanout:
      return queue.find("_fanout_") != std::string_view::npos && mask_ids(queue) != queue;
    case QueueRole::own:
      return queue.size() > process.size() && queue.ends_with(process) &&
             queue[queue.size() - process.size() - 1] == '.';
  }
  return false;
}

}  // namespace castaway::sim
