#pragma once
// Unroutable: the broker finds no queue for a message, as if the binding were gone for a moment.

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Unroutable {
  static constexpr const char* name = "unroutable";
  static constexpr const char* about = "On its publish hop: the broker finds no queue for it.";
  static constexpr auto nature = check::Detail::refusal;
  static constexpr OnMessages where{
      .publish = possible,
      .queue = "What stands in a queue was routed: \"unroutable\" belongs to the publish hop.",
      .ack = "unroutable: it is not routed",
      .confirm = "unroutable: it is not routed",
      .claim = "unroutable: it is not routed"};
  static constexpr void fields(auto) {}
  static void befall(Fate& fate, const Chance&) { fate.unroutable = true; }
  friend bool operator==(const Unroutable&, const Unroutable&) = default;
};

}  // namespace castaway::sim
