#include "strategist.h"

#include <array>

#include "castaway/sim/strategies.h"

#include "life_lines.h"

namespace castaway::scenario {
namespace {

using How = Explore::How;

/// Whom a portfolio asks, each as often as it stands here.
constexpr std::array portfolio = {How::random, How::boundary, How::pct,      How::swarm,
                                  How::random, How::boundary, How::mutation, How::pct};

std::unique_ptr<sim::Strategy> made(How how, std::uint64_t seed) {
  switch (how) {
    case How::swarm:
      return std::make_unique<sim::Swarm>(seed);
    case How::boundary:
      return std::make_unique<sim::Boundary>(seed);
    case How::pct:
      return std::make_unique<sim::Pct>(seed);
    default:
      return std::make_unique<sim::Random>(seed);
  }
}

}  // namespace

How Strategist::how(std::uint64_t seed) const {
  if (how_ != How::portfolio) return how_;
  return portfolio[sim::keyed_hash(seed, "portfolio") % portfolio.size()];
}

Strategist::Turn Strategist::turn(std::uint64_t number, std::uint64_t seed) const {
  Turn turn{.how = how(seed), .world = number};
  // Half of the runs are fresh ones: what is varied must first have been come upon.
  const bool varies = sim::keyed_hash(seed, "varies") % 2 == 0;
  if (turn.how == How::mutation && varies && !plans_.empty()) {
    const Plan& plan = plans_[sim::keyed_hash(seed, "plan") % plans_.size()];
    turn.world = plan.world;
    turn.strategy = std::make_unique<sim::Variation>(plan.deviations, seed);
    return turn;
  }
  turn.strategy = made(turn.how, seed);
  return turn;
}

void Strategist::learn(std::uint64_t world, const Outcome& outcome) {
  if (how_ != How::mutation && how_ != How::portfolio) return;
  const std::size_t before = seen_.size();
  seen_.merge(life_lines(outcome.history));
  if (seen_.size() > before) plans_.push_back({world, outcome.deviations});
}

}  // namespace castaway::scenario
