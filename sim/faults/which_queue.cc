#include "castaway/sim/actions/which_queue.h"

#include <algorithm>

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

namespace {

/// Whether it is called as a server's own queue is: as another one, or by the process, at its end.
bool is_own(std::string_view queue, std::string_view process,
            const std::vector<std::string>& consumed) {
  const auto begins_it = [&](std::string_view topic) {
    return queue.size() > topic.size() && queue.starts_with(topic) && queue[topic.size()] == '.';
  };
  return std::ranges::any_of(consumed, begins_it) ||
         (queue.size() > process.size() && queue.ends_with(process) &&
          queue[queue.size() - process.size() - 1] == '.');
}

bool is_fanout(std::string_view queue) {
  return queue.find("_fanout_") != std::string_view::npos && mask_ids(queue) != queue;
}

}  // namespace

/// Source: oslo_messaging/_drivers/amqpdriver.py, listen and _get_reply_q.
std::vector<std::string> with_role(const std::vector<std::string>& consumed,
                                   std::string_view process, QueueRole role) {
  std::vector<std::string> found;
  for (const std::string& queue : consumed) {
    const QueueRole its = queue.starts_with("reply_") ? QueueRole::replies
                          : is_fanout(queue)          ? QueueRole::fanout
                                                      : QueueRole::own;
    const bool is_it = its == role && (role != QueueRole::own || is_own(queue, process, consumed));
    if (is_it) found.push_back(queue);
  }
  return found;
}

}  // namespace castaway::sim
