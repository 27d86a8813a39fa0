#pragma once
// Told: what the simulation and the decorator before a real transport record alike of what happens
// to connections and queues.

#include "castaway/sim/fault_plan.h"
#include "castaway/sim/recorder.h"
#include "castaway/transport.h"

namespace castaway::sim {

// Each refers to its arguments.
[[nodiscard]] Told told(const Disconnect& how);
[[nodiscard]] Told told(const DeleteQueue& which);
/// `link` is the connection's name.
[[nodiscard]] Told told(const Closed& closed, const std::string& link);

}  // namespace castaway::sim
