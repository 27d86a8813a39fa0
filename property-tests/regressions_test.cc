#include "regressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"

namespace castaway::property {
namespace {

using testing::StartsWith;

TEST(Regressions, KeepWhatTheyOnceBroke) {
  const std::vector<scenario::Scenario> all = scenarios_in("regressions");
  ASSERT_FALSE(all.empty());
  for (const scenario::Scenario& kept : all) {
    for (const scenario::SubjectProfile profile : kept.profiles) {
      const scenario::Report report = scenario::explore(kept, profile);
      const bool as_expected = report.result == scenario::Result::pass ||
                               report.result == scenario::Result::expected_fail;
      EXPECT_TRUE(as_expected) << kept.name << " in " << to_string(profile) << ": "
                               << to_string(report.result);
    }
  }
}

TEST(Regressions, AreJudgedByAProperty) {
  std::size_t judged = 0;
  const Property none = [&](const Case& run) -> Judgement {
    ++judged;
    return {.wrong = run.outcome.history.events().empty() ? "" : "Something happened."};
  };
  EXPECT_THAT(wrong_with_regressions("nothing-happens", none, scenario::SubjectProfile::strict),
              StartsWith("The regression " + scenarios_in("regressions").front().name +
                         ": Something happened.\n\n{\n"));
  EXPECT_EQ(judged, 1U);
  EXPECT_EQ(wrong_with_regressions("at-most-once", keeps(check::at_most_once),
                                   scenario::SubjectProfile::strict),
            "");
}

}  // namespace
}  // namespace castaway::property
