#pragma once
// PurgeQueue: somebody purges a queue: what waits in it is gone, and it stays.

#include <string>

#include "castaway/sim/actions/which_queue.h"

namespace castaway::sim {

struct PurgeQueue {
  std::string queue = {};
  std::string queue_of = {};
  std::string fanout_of = {};
  std::string replies_of = {};

  static constexpr const char* name = "purge_queue";
  static constexpr const char* about = "Somebody purges a queue of all that waits in it.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr bool exactly_one = true;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) { visit_queue<PurgeQueue>(visit); }
  [[nodiscard]] std::string wrong(const On&) const { return wrong_queue(*this); }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and no client of it purges queues here";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const PurgeQueue&, const PurgeQueue&) = default;
};

}  // namespace castaway::sim
