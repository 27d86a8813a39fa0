#pragma once
// Strategist: chooses the strategy for each run of a campaign, and learns from the result. The
// strategies themselves are in castaway/sim/strategies.h.

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "castaway/scenario/run.h"

namespace castaway::scenario {

class Strategist {
 public:
  explicit Strategist(Explore::How how) : how_(how) {}

  /// One run's.
  struct Turn {
    Explore::How how = Explore::How::random;  ///< of a portfolio, which of them
    std::uint64_t world = 0;                  ///< the number of the run whose scenario it is run in
    std::unique_ptr<sim::Strategy> strategy = {};
  };
  /// Of run `number`, which has this seed. Two runs of one seed have one turn, as long as nothing
  /// was learned between them.
  [[nodiscard]] Turn turn(std::uint64_t number, std::uint64_t seed) const;

  /// What a run in `world` came to.
  void learn(std::uint64_t world, const Outcome& outcome);

 private:
  /// A run that showed something new.
  struct Plan {
    std::uint64_t world = 0;
    std::vector<sim::Deviation> deviations = {};
  };

  [[nodiscard]] Explore::How how(std::uint64_t seed) const;

  Explore::How how_;
  std::set<std::uint64_t> seen_ = {};  ///< life lines
  std::vector<Plan> plans_ = {};
};

}  // namespace castaway::scenario
