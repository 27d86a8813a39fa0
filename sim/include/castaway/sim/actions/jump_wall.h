#pragma once
// JumpWall: the wall clock steps. No timer notices.

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct JumpWall {
  Duration by = {};

  static constexpr const char* name = "jump_wall";
  static constexpr const char* about = "Steps the wall clock.";
  static constexpr auto nature = check::Detail::clock_step;
  static constexpr Edge edge = Edge::clock;
  static constexpr void fields(auto visit) { visit(itself, &JumpWall::by, {.is_signed = true}); }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const JumpWall&, const JumpWall&) = default;
};

}  // namespace castaway::sim
