#pragma once
// Drop: a message is lost. On a connection all later frames of its direction are lost with it,
// until the link is reset.

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Drop {
  static constexpr const char* name = "drop";
  static constexpr const char* about = "It is lost.";
  static constexpr auto nature = check::Detail::loss;
  static constexpr OnMessages where = anywhere;
  static constexpr void fields(auto) {}
  static void befall(Fate& fate, const Chance&) { fate.lost = true; }
  friend bool operator==(const Drop&, const Drop&) = default;
};

}  // namespace castaway::sim
