#pragma once
// BlockPublish: the broker is short of resources, and reads nothing from connections that publish.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct BlockPublish {
  Duration for_ = {};

  static constexpr const char* name = "block_publish";
  static constexpr const char* about =
      "For so long the broker reads nothing from connections that publish.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit(itself, &BlockPublish::for_, {.shrinks = true});
  }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and is not made short of memory";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const BlockPublish&, const BlockPublish&) = default;
};

}  // namespace castaway::sim
