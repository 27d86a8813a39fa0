// Fifty generated worlds that classic fails in, shrunk.

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/shrink.h"

#include "failing_scenarios_for_test.h"

namespace castaway::scenario {
namespace {

/// Whether only what else the scenario expects says why it is as it is: that nobody has a method,
/// say. That is not there any more when it is shrunk.
bool leans_on_the_rest(Scenario scenario, const Property& property) {
  scenario.expect = {.always = {property}};
  return !lint(scenario).empty();
}

std::vector<Failing> generated_failures(std::size_t wanted) {
  std::vector<Failing> failures;
  for (std::uint64_t seed = 1; failures.size() < wanted; ++seed) {
    const Scenario scenario = generate(seed, {.size = 40});
    for (Failing& failing : failing_in(scenario, SubjectProfile::classic)) {
      if (leans_on_the_rest(failing.scenario, failing.property)) break;
      failures.push_back(std::move(failing));
      break;
    }
  }
  return failures;
}

std::uint64_t at_part(std::vector<std::uint64_t> numbers, std::size_t num, std::size_t den) {
  std::ranges::sort(numbers);
  return numbers[numbers.size() * num / den];
}

TEST(Shrink, MakesGeneratedWorldsThatClassicFailsInSmall) {
  std::vector<std::uint64_t> evaluations, operations_before, operations, deviations, rules;
  for (const Failing& failing : generated_failures(50)) {
    SCOPED_TRACE(fmt::format("seed {} {}", failing.scenario.seed, name_of(failing.property)));
    const auto small = shrink(failing.scenario, SubjectProfile::classic, failing.property);
    ASSERT_TRUE(small);
    EXPECT_TRUE(small->minimal);
    EXPECT_TRUE(
        breaks(small->scenario, SubjectProfile::classic, failing.property, small->signature));
    EXPECT_TRUE(lint(small->scenario).empty());
    for (const AlsoFound& also : small->also) {
      EXPECT_TRUE(breaks(also.scenario, SubjectProfile::classic,
                         also.scenario.expect.always.front(), also.signature));
    }
    evaluations.push_back(small->evaluations);
    operations_before.push_back(small->before.operations);
    operations.push_back(small->after.operations);
    deviations.push_back(small->after.deviations);
    rules.push_back(small->after.rules);
  }
  std::cout << fmt::format(
      "50 failures: median {} runs, 90th percentile {}; operations {} -> {}, at most {}; "
      "deviations {}, rules {}\n",
      at_part(evaluations, 1, 2), at_part(evaluations, 9, 10), at_part(operations_before, 1, 2),
      at_part(operations, 1, 2), std::ranges::max(operations), at_part(deviations, 1, 2),
      at_part(rules, 1, 2));
  EXPECT_LE(at_part(evaluations, 1, 2), 150U);
  EXPECT_LE(at_part(operations, 1, 2), 3U);
}

}  // namespace
}  // namespace castaway::scenario
