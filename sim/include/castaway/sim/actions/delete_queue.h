#pragma once
// DeleteQueue: somebody deletes a queue.

#include <string>

#include "castaway/sim/actions/which_queue.h"

namespace castaway::sim {

struct DeleteQueue {
  std::string queue = {};
  std::string queue_of = {};
  std::string fanout_of = {};
  std::string replies_of = {};

  static constexpr const char* name = "delete_queue";
  static constexpr const char* about = "Somebody deletes a queue.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr bool exactly_one = true;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) { visit_queue<DeleteQueue>(visit); }
  [[nodiscard]] std::string wrong(const On&) const { return wrong_queue(*this); }
  static std::string why_not_over(const On& on, const Capabilities& capabilities);
  void strike(World& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const DeleteQueue&, const DeleteQueue&) = default;
};

}  // namespace castaway::sim
