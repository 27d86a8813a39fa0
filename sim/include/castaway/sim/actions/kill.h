#pragma once
// Kill: a process ends without a word, and comes back without memory, or never.

#include <optional>
#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Kill {
  std::string who = {};
  std::optional<Duration> restart = {};  ///< after so long; never if empty

  static constexpr const char* name = "kill";
  static constexpr const char* about = "";
  static constexpr auto nature = check::Detail::outage;
  static constexpr Edge edge = Edge::process;
  static constexpr void fields(auto visit) {
    visit("who", &Kill::who, {.required = true, .names = Named::process});
    visit("restart", &Kill::restart,
          {.about = "It comes back after so long; never if not given.", .shrinks = true});
  }
  [[nodiscard]] std::string wrong(const On&) const {
    return who.empty() ? "\"kill\" does not say who." : "";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const Kill&, const Kill&) = default;
};

}  // namespace castaway::sim
