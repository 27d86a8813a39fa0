#include "strategist.h"

#include <array>

#include "castaway/sim/strategies.h"

namespace castaway::scenario {
namespace {

using How = Explore::How;

/// Whom a portfolio asks, each as often as it stands here.
constexpr std::array portfolio = {How::random, How::boundary, How::random, How::pct};

}  // namespace

How whose_turn(How how, std::uint64_t seed) {
  if (how != How::portfolio) return how;
  return portfolio[sim::keyed_hash(seed, "portfolio") % portfolio.size()];
}

std::unique_ptr<sim::Strategy> make_strategy(How how, std::uint64_t seed) {
  switch (how) {
    case How::boundary:
      return std::make_unique<sim::Boundary>(seed);
    case How::pct:
      return std::make_unique<sim::Pct>(seed);
    default:
      return std::make_unique<sim::Random>(seed);
  }
}

}  // namespace castaway::scenario
