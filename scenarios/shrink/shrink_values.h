#pragma once
// Values: finds the values of a scenario that can be made default or smaller.

#include <cstdint>
#include <functional>
#include <vector>

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

/// Makes one thing usual: what a person would have left out. The place is that of one scenario, and
/// holds for all that differ from it in values alone.
using Simplification = std::function<void(Scenario&)>;
[[nodiscard]] std::vector<Simplification> simplifications(const Scenario& scenario);

/// A number or a time, in nanoseconds, that may become smaller.
struct Dial {
  std::function<std::uint64_t(const Scenario&)> get = {};
  std::function<void(Scenario&, std::uint64_t)> set = {};
  std::uint64_t least = 0;
  bool round = true;  ///< only round numbers are worth trying; else every number
};
[[nodiscard]] std::vector<Dial> dials(const Scenario& scenario);

}  // namespace castaway::scenario
