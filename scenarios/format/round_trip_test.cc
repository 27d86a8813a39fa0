#include <gtest/gtest.h>

#include "generator_for_test.h"

// Whatever a scenario can hold survives being printed and read.

namespace castaway::scenario {
namespace {

TEST(RoundTrip, LosesNothing) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Scenario scenario = Generator(seed).scenario();
    const std::string text = print(scenario);
    try {
      ASSERT_EQ(parse(text, "printed"), scenario) << "seed " << seed << "\n" << text;
    } catch (const ScenarioError& error) {
      FAIL() << "seed " << seed << "\n" << error.what() << "\n" << text;
    }
    ASSERT_EQ(print(parse(text, "printed")), text) << "seed " << seed;
  }
}

TEST(RoundTrip, IsLintedWithoutHarm) {
  std::size_t problems = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed)
    problems += lint(Generator(seed).scenario()).size();
  EXPECT_GT(problems, 500U);
}

}  // namespace
}  // namespace castaway::scenario
