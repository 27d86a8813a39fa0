#pragma once
// Comparison: a finding, and what its run comes to today: the same, something different, or gone.
//
// A replay is the finding's run only if every decision of the finding is taken as it is written. A
// strict one says "different" where it is not, whatever then held; a lenient one goes without.

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "finding.h"

namespace castaway::ci {

/// A decision of the finding that the run did not take as it is written.
struct LostDecision {
  sim::Deviation decision = {};
  /// 0 if it was not asked at all, else the last answer that there is now.
  std::uint64_t taken = 0;
  friend bool operator==(const LostDecision&, const LostDecision&) = default;
};

/// In the order of the finding.
[[nodiscard]] std::vector<LostDecision> lost_decisions(const scenario::Scenario& finding,
                                                       const scenario::Outcome& outcome);

enum class Comparison : std::uint8_t {
  same,       ///< the property is still broken
  different,  ///< another one is, or the run is not the finding's
  gone,       ///< nothing is broken
  vacuous,    ///< nothing is broken, but nothing is shown either
};

[[nodiscard]] Comparison compare(const Finding& finding, const ItemResult& result);

/// What to say of it, in lines; with the first event that differs and what led to it.
[[nodiscard]] std::string in_words(Comparison comparison, const Finding& finding,
                                   const check::History& history);
[[nodiscard]] std::string in_words(const std::vector<LostDecision>& lost, bool lenient);

/// 1 same, 2 different or vacuous, 0 gone.
[[nodiscard]] ExitCode exit_code(Comparison comparison);

}  // namespace castaway::ci
