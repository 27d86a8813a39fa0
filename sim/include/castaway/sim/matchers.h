#pragma once
// Matchers: let a test say that the faults it plans have happened: `EXPECT_THAT(sim,
// FiredEveryRule())`. A test whose fault never fired shows nothing.
//
// For tests only: this header needs GoogleMock, the library does not.

#include <ostream>
#include <string>

#include <gmock/gmock.h>

#include "castaway/sim/simulation.h"

namespace castaway::sim {

inline void PrintTo(const Simulation& sim, std::ostream* out) {
  *out << "a simulation of " << sim.events() << " events";
}

/// Each rule of a Simulation's fault plan fired. A failure says of each other rule why not.
MATCHER(FiredEveryRule, negation ? "has a rule that never fired" : "fired every rule") {
  const std::vector<std::string> unfired = arg.faults().unfired();
  for (const std::string& why : unfired)
    *result_listener << (&why == &unfired.front() ? "" : "\n") << why;
  return unfired.empty();
}

}  // namespace castaway::sim
