#pragma once
// Pause: a process stands still for a while: nothing of it runs, and nothing reaches it.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Pause {
  std::string who = {};
  Duration for_ = {};

  static constexpr const char* name = "pause";
  static constexpr const char* about = "";
  static constexpr auto nature = check::Detail::outage;
  static constexpr Edge edge = Edge::process;
  static constexpr void fields(auto visit) {
    visit("who", &Pause::who, {.required = true, .names = Named::process});
    visit("for", &Pause::for_, {.required = true, .shrinks = true});
  }
  [[nodiscard]] std::string wrong(const On&) const {
    return who.empty() ? "\"pause\" does not say who." : "";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const Pause&, const Pause&) = default;
};

}  // namespace castaway::sim
