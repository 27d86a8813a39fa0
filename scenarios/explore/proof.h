#pragma once
// Proof: what all runs of a scenario together have shown. A scenario that passes proves something
// only if its rules fired, its operations were invoked, its properties judged something, and its
// runs came to their end.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "castaway/scenario/run.h"

namespace castaway::scenario {

class Proof {
 public:
  /// `scenario` outlives it.
  Proof(const Scenario& scenario, SubjectProfile profile);

  /// Takes what one run has shown. `broken`: whether it broke a property, which explains work that
  /// is left at the end.
  void take(const Outcome& outcome, const std::vector<Finding>& findings, bool broken);

  /// What `expect.fired` asks for and the runs have not shown.
  [[nodiscard]] std::vector<std::string> unfired() const;
  /// Why a pass would be vacuous: the above, rules that never fired, operations that were never
  /// invoked, properties that judged nothing. A property that is `broken` has judged something.
  [[nodiscard]] std::vector<std::string> gaps(const std::set<std::string>& broken) const;
  /// Why a pass would be inconclusive: a run that ended at its limit with work left; else empty.
  [[nodiscard]] const std::string& unfinished() const { return unfinished_; }

 private:
  /// How often a rule fired and could have fired.
  struct Rule {
    std::uint64_t least = 0;  ///< in one run
    std::uint64_t most = 0;
    std::uint64_t matched = 0;  ///< the most in one run
    std::string why_not = {};   ///< why it never fired, in that run
  };
  struct Judged {
    std::size_t number = 0;
    std::string why_not = {};  ///< of the latest run that judged nothing
  };

  void count_rules(const Outcome& outcome);
  void look_for_invokes(const check::History& history);
  void look_at_ending(const check::History& history);

  const Scenario& scenario_;
  const SubjectProfile profile_;
  std::uint64_t runs_ = 0;
  std::vector<Rule> rules_;          ///< in the order of the plan
  std::set<std::string> uninvoked_;  ///< names of operations
  std::map<std::string, Judged> judged_;
  std::string unfinished_;
};

}  // namespace castaway::scenario
