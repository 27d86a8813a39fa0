#pragma once
// CancelConsumer: the broker takes consumers away, and tells them by basic.cancel. The queue stays.
//
// Source: RabbitMQ, consumer cancel notification: of a queue whose home node has gone.

#include <string>

#include "castaway/sim/actions/which_queue.h"

namespace castaway::sim {

struct CancelConsumer {
  std::string queue = {};
  std::string queue_of = {};
  std::string fanout_of = {};
  std::string replies_of = {};
  std::string who =
      {};  ///< only the consumers of this process; those of all queues, if none is given

  static constexpr const char* name = "cancel_consumer";
  static constexpr const char* about =
      "The broker takes the consumers of a queue away, and tells them. The queue stays.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit_queue<CancelConsumer>(visit);
    visit("who", &CancelConsumer::who,
          {.about = "Only the consumers of this process: of all its queues if no queue is given.",
           .names = Named::process});
  }
  [[nodiscard]] std::string wrong(const On&) const;
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and takes no consumer away when it is asked to";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const CancelConsumer&, const CancelConsumer&) = default;
};

}  // namespace castaway::sim
