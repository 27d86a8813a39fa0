#pragma once
// Requeue: a message comes as if a consumer had received it and given it back: it is flagged as
// redelivered.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Requeue {
  static constexpr const char* name = "requeue";
  static constexpr const char* about =
      "In the queue: it is flagged as redelivered, as if a consumer had given it back.";
  static constexpr auto nature = check::Detail::give_back;
  static constexpr OnMessages where{
      .publish =
          "Nobody has had a message on its publish hop: \"requeue\" belongs to the deliver "
          "hop.",
      .queue = possible,
      .ack = "given back: it stands in no queue",
      .confirm = "given back: it stands in no queue",
      .claim = "given back: it stands in no queue",
      .redelivery = false};
  static constexpr void fields(auto) {}
  static void befall(Fate& fate, const Chance&) { fate.redelivered = true; }
  static std::string why_not_over(const On& on, const Capabilities& capabilities);
  friend bool operator==(const Requeue&, const Requeue&) = default;
};

}  // namespace castaway::sim
