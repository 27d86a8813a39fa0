#pragma once
// Told: what the simulation and the decorator before a real transport record alike of the end of a
// connection.

#include <string>

#include "castaway/sim/recorder.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// `link` is the connection's name. Refers to both.
[[nodiscard]] Told told(const Closed& closed, const std::string& link);

}  // namespace castaway::sim
