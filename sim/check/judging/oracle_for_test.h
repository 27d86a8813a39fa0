#pragma once
// Oracle: compares a law with one that is too simple to be wrong, in many small histories made by
// chance.

#include <algorithm>
#include <set>
#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "simple_history_for_test.h"

namespace castaway::check {

using Names = std::multiset<std::string>;

inline Names violated(const Verdict& verdict) {
  Names names;
  for (const Violation& violation : verdict.violations) names.insert(violation.op);
  return names;
}

inline constexpr std::uint64_t runs = 2000;

/// How often a law was violated, held and was vacuous: a comparison that sees only one of them
/// would show little.
struct Tally {
  void count(const Verdict& verdict) {
    violated += verdict.violated() ? 1 : 0;
    held += verdict.holds() ? 1 : 0;
    vacuous += verdict.vacuous() ? 1 : 0;
  }
  [[nodiscard]] bool saw_everything() const { return violated > 20 && held > 20 && vacuous > 20; }

  int violated = 0;
  int held = 0;
  int vacuous = 0;
};

inline History usual_history(std::uint64_t seed) { return random_history(seed); }

inline void expect_agreement(Verdict (*law)(const History&), Names (*simple)(const SimpleHistory&),
                             History (*make)(std::uint64_t) = usual_history) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const History history = make(seed);
    const Verdict verdict = law(history);
    ASSERT_EQ(violated(verdict), simple(SimpleHistory{history})) << "seed " << seed;
    // Every violation argues with events of the history, in their order.
    for (const Violation& violation : verdict.violations) {
      ASSERT_FALSE(violation.steps.empty());
      ASSERT_LT(violation.steps.back().event, history.events().size());
      ASSERT_TRUE(std::is_sorted(violation.steps.begin(), violation.steps.end(),
                                 [](const Step& a, const Step& b) { return a.event < b.event; }));
    }
    tally.count(verdict);
  }
  EXPECT_TRUE(tally.saw_everything())
      << tally.violated << " violated, " << tally.held << " held, " << tally.vacuous << " vacuous";
}

}  // namespace castaway::check
