#include "castaway/scenario/explorer.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace castaway::scenario {
namespace {

TEST(Explorer, EachBreachHasTheViolationsOfItsOwnRoot) {
  const Exploration exploration{
      .profiles = {SubjectProfile::classic}, .seed = 12, .runs = 12 * explorers};
  std::size_t several = 0;  // runs that broke one property for more than one signature
  for (std::uint64_t number = 0; number < explorers; ++number) {
    Explorer explorer(exploration, number);
    while (explorer.next()) {
      const Trial trial = explorer.run();
      for (const Breach& breach : trial.breaches) {
        ASSERT_TRUE(breach.finding.verdict.violated());
        for (const check::Violation& violation : breach.finding.verdict.violations)
          ASSERT_EQ(signature_of(breach.finding.property, violation, trial.outcome.history),
                    breach.signature);
        const auto of_property = std::ranges::count_if(trial.breaches, [&](const Breach& other) {
          return other.finding.property == breach.finding.property;
        });
        several += of_property > 1 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(several, 0U);
}

TEST(Explorer, LeavesARunThatIsCut) {
  bool cut = false;
  const Exploration exploration{.seed = 12, .runs = 3 * explorers, .cut = [&] { return cut; }};
  Explorer explorer(exploration, 0);
  EXPECT_EQ(explorer.run().error, "");
  cut = true;
  EXPECT_THROW(static_cast<void>(explorer.run()), RunCut);
}

}  // namespace
}  // namespace castaway::scenario
