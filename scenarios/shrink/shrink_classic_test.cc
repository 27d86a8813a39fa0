// Everything that classic is known to break, shrunk.

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "castaway/scenario/shrink.h"

#include "failing_scenarios_for_test.h"

namespace castaway::scenario {
namespace {

std::string in_short(const Size& size) {
  return fmt::format("{:4} ops {:4} dev {} rules {} servers {} clients", size.operations,
                     size.deviations, size.rules, size.servers, size.clients);
}

TEST(Shrink, MakesWhatClassicBreaksSmallAndLeavesItBrokenForTheSameReason) {
  std::vector<std::uint64_t> evaluations;
  for (const Failing& failing : classic_failures()) {
    SCOPED_TRACE(failing.scenario.name + " " + name_of(failing.property));
    const auto shrunk = shrink(failing.scenario, SubjectProfile::classic, failing.property);
    ASSERT_TRUE(shrunk);
    EXPECT_TRUE(
        breaks(shrunk->scenario, SubjectProfile::classic, failing.property, shrunk->signature))
        << to_string(shrunk->signature);
    EXPECT_TRUE(
        breaks(failing.scenario, SubjectProfile::classic, failing.property, shrunk->signature));
    EXPECT_TRUE(shrunk->minimal);
    EXPECT_LE(shrunk->after.operations, shrunk->before.operations);
    EXPECT_LE(shrunk->after.rules, shrunk->before.rules);
    EXPECT_LE(shrunk->after.deviations, shrunk->before.deviations);
    // It is a scenario as any other: read back, it is the same.
    EXPECT_EQ(parse(print(shrunk->scenario), "shrunk.json"), shrunk->scenario);
    EXPECT_TRUE(lint(shrunk->scenario).empty()) << lint(shrunk->scenario).front().text;
    evaluations.push_back(shrunk->evaluations);
    std::cout << fmt::format("{:52} {:28} {} -> {}  {:4} runs\n", failing.scenario.name,
                             name_of(failing.property), in_short(shrunk->before),
                             in_short(shrunk->after), shrunk->evaluations);
  }
  ASSERT_GE(evaluations.size(), 17U);
  std::ranges::sort(evaluations);
  const std::size_t size = evaluations.size();
  std::cout << fmt::format("{} failures: median {} runs, 90th percentile {}\n", size,
                           evaluations[size / 2], evaluations[size * 9 / 10]);
  EXPECT_LE(evaluations[size / 2], 150U);
}

}  // namespace
}  // namespace castaway::scenario
