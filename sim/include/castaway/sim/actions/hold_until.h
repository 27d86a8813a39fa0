#pragma once
// HoldUntil: a message waits in its queue for an event.

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct HoldUntil {
  EventPattern event = {};

  static constexpr const char* name = "hold_until";
  static constexpr const char* about = "It waits in the queue for an event.";
  static constexpr auto nature = check::Detail::lateness;
  static constexpr OnMessages where{
      .publish =
          "Only a queue can hold a message until an event: \"hold_until\" belongs to the "
          "deliver hop.",
      .queue = possible,
      .ack = "held until an event: it waits in no queue",
      .confirm = "held until an event: it waits in no queue",
      .claim = "held until an event: it waits in no queue"};
  static constexpr void fields(auto visit) { visit(itself, &HoldUntil::event, {}); }
  void befall(Fate& fate, const Chance&) const { fate.until = &event; }
  friend bool operator==(const HoldUntil&, const HoldUntil&) = default;
};

}  // namespace castaway::sim
