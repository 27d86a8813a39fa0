#pragma once
// The strategy of each run of a campaign. The strategies themselves are in
// castaway/sim/strategies.h.

#include <cstdint>
#include <memory>

#include "castaway/scenario/scenario.h"
#include "castaway/sim/decisions.h"

namespace castaway::scenario {

/// Of a portfolio, whose turn the run of this seed is; of any other strategy, itself.
[[nodiscard]] Explore::How whose_turn(Explore::How how, std::uint64_t seed);

/// Of no portfolio, and not of one that makes every run there is.
[[nodiscard]] std::unique_ptr<sim::Strategy> make_strategy(Explore::How how, std::uint64_t seed);

}  // namespace castaway::scenario
