#pragma once
// flip_bits: damages the body of a message, which is nothing but bytes here.

#include <string>

#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_plan.h"

namespace castaway::sim {

/// Flips up to how.bits different bits; each is a decision of its own, below `name`, whose answer 0
/// leaves the body alone. With a field only in its value; where there is no such field, nowhere.
void flip_bits(std::string& body, const Corrupt& how, Decisions& decisions,
               const std::string& name);

}  // namespace castaway::sim
