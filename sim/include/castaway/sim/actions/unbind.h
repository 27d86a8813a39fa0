#pragma once
// Unbind: bindings of a queue are lost, so that it is consumed from and hears nothing by them,
// until somebody binds it again.

#include <string>

#include "castaway/sim/actions/which_queue.h"

namespace castaway::sim {

struct Unbind {
  std::string queue = {};
  std::string queue_of = {};
  std::string fanout_of = {};
  std::string exchange = {};     ///< any if empty
  std::string routing_key = {};  ///< any if empty

  static constexpr const char* name = "unbind";
  static constexpr const char* about =
      "A queue loses its bindings, which nobody is told. It keeps its consumers.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit_queue<Unbind>(visit);
    visit("exchange", &Unbind::exchange,
          {.about = "Only its bindings to this exchange; to any if not given."});
    visit("routing_key", &Unbind::routing_key,
          {.about = "Only its bindings with this routing key; with any if not given."});
  }
  [[nodiscard]] std::string wrong(const On&) const { return wrong_queue(*this); }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and no client of it unbinds queues here";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const Unbind&, const Unbind&) = default;
};

}  // namespace castaway::sim
