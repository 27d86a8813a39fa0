#pragma once
// Strategies: ways to look for trouble that chance finds late. Each answers the same named
// questions, so that what it finds can be replayed and shrunk like any run.
//
// Everything that a strategy draws is a keyed hash of its seed: two runs with one seed are the
// same.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/decisions.h"

namespace castaway::sim {

/// Now and then answers with a candidate: just before, at or just after the moment when something
/// is due, or an extreme. How often is drawn once a run.
class Boundary final : public Strategy {
 public:
  explicit Boundary(std::uint64_t seed);
  [[nodiscard]] std::uint64_t answer(const Question& question) override;
  [[nodiscard]] bool wants_candidates() const override { return true; }

 private:
  std::uint64_t seed_;
  Ratio often_;
  Random random_;
};

/// Gives each causal chain (an operation or a process) a priority, so that it is quick or slow all
/// the time. At a few change points of a run, the chain that is asked about falls behind all
/// others. Faults are left to chance.
/// Source: Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of Finding
/// Bugs", 2010; over messages, Ozkan and others, "Randomized Testing of Distributed Systems", 2018.
class Pct final : public Strategy {
 public:
  explicit Pct(std::uint64_t seed);
  [[nodiscard]] std::uint64_t answer(const Question& question) override;

 private:
  /// Whether the question just asked stands at a change point.
  [[nodiscard]] bool changes();

  std::uint64_t seed_;
  std::uint64_t asked_ = 0;  ///< questions about order so far
  std::vector<std::uint64_t> change_points_ = {};
  std::set<std::string, std::less<>> behind_ = {};  ///< chains that have fallen behind
  Random random_;
};

/// The first part of a question's name: the operation that it is about, or the process.
[[nodiscard]] std::string_view chain_of(std::string_view name);

}  // namespace castaway::sim
