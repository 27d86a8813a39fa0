#pragma once
// Delay: a message comes later, and on a connection or in a queue that keeps its order holds up
// those behind it.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Delay {
  Distribution by = {};

  static constexpr const char* name = "delay";
  static constexpr const char* about = "It comes later.";
  static constexpr auto nature = check::Detail::lateness;
  static constexpr OnMessages where = anywhere;
  static constexpr const char* why_not_on_link =
      "A link is slowed by \"slow_link\", and stalled by \"disconnect\" with \"half_open\": true "
      "and \"then\": \"flush\", not by \"delay\".";
  static constexpr void fields(auto visit) { visit(itself, &Delay::by, {.shrinks = true}); }
  [[nodiscard]] std::string wrong(const On&) const { return validate(by); }
  void befall(Fate& fate, const Chance& chance) const {
    fate.late = draw(by, chance.decisions, chance.name);
  }
  friend bool operator==(const Delay&, const Delay&) = default;
};

}  // namespace castaway::sim
