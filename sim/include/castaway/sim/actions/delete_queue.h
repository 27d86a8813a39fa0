#pragma once
// DeleteQueue: somebody deletes a queue: by its name, or the reply queue of a client.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct DeleteQueue {
  std::string queue = {};
  std::string replies_of = {};

  static constexpr const char* name = "delete_queue";
  static constexpr const char* about = "Somebody deletes a queue.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr bool exactly_one = true;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit("queue", &DeleteQueue::queue,
          {.about = "By its name. A topic's is called as the topic.", .names = Named::queue});
    visit("replies_of", &DeleteQueue::replies_of,
          {.about = "The reply queue of this client.", .names = Named::client});
  }
  [[nodiscard]] std::string wrong(const On&) const {
    if (queue.empty() != replies_of.empty()) return "";
    return "\"delete_queue\" says either which \"queue\", or \"replies_of\" whom.";
  }
  static std::string why_not_over(const On& on, const Capabilities& capabilities);
  void strike(World& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const DeleteQueue&, const DeleteQueue&) = default;
};

}  // namespace castaway::sim
