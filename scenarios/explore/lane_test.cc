#include "castaway/scenario/lane.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace castaway::scenario {
namespace {

TEST(Lane, EachBreachHasTheViolationsOfItsOwnRoot) {
  const Exploration exploration{.profiles = {Profile::classic}, .seed = 12, .runs = 12 * lanes};
  std::size_t several = 0;  // runs that broke one property for more than one root
  for (std::uint64_t number = 0; number < lanes; ++number) {
    Lane lane(exploration, number);
    while (lane.next()) {
      const Trial trial = lane.run();
      for (const Breach& breach : trial.breaches) {
        ASSERT_TRUE(breach.finding.verdict.violated());
        for (const check::Violation& violation : breach.finding.verdict.violations)
          ASSERT_EQ(root_of(breach.finding.property, violation, trial.outcome.history),
                    breach.root);
        const auto of_property = std::ranges::count_if(trial.breaches, [&](const Breach& other) {
          return other.finding.property == breach.finding.property;
        });
        several += of_property > 1 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(several, 0U);
}

}  // namespace
}  // namespace castaway::scenario
