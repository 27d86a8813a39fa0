#pragma once
// StopNode: one node of the broker goes down, or nothing reaches it, and the others go on.
//
// Source: RabbitMQ, clustering; queues and where they are.

#include <cstdint>
#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct StopNode {
  std::uint64_t node = 0;
  Duration for_ = {};
  bool silent = false;  ///< connections to it hang, rather than end

  static constexpr const char* name = "stop_node";
  static constexpr const char* about =
      "One node of the broker goes down, and with it the classic queues that were declared there.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit("node", &StopNode::node,
          {.about = "Which: they count from 1.", .required = true, .least = 1});
    visit("for", &StopNode::for_, {.about = "It is down for so long.", .shrinks = true});
    visit("silent", &StopNode::silent,
          {.about = "Nothing says so: connections to it hang until heartbeats are missed."});
  }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and perhaps others' too: none of its nodes is stopped";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const StopNode&, const StopNode&) = default;
};

}  // namespace castaway::sim
