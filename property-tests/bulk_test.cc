// Many generated runs, faults on: 20 000 in four parts, and 10 000 of them twice. CASTAWAY_RUNS
// sets how many a part has.

#include <set>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr std::uint64_t parts = 4;

class Bulk : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Parts, Bulk, testing::Range<std::uint64_t>(0, parts));

TEST_P(Bulk, StrictKeepsEveryLawAndTwoRunsAreOne) {
  const std::uint64_t runs = number_from_environment("CASTAWAY_RUNS", 20'000 / parts);
  std::set<std::uint64_t> hashes;
  std::uint64_t events = 0;
  std::uint64_t fired = 0;
  std::uint64_t judged = 0;
  for (std::uint64_t n = 0; n < runs; ++n) {
    const std::uint64_t seed = scenario::seed_of_run(1, GetParam() * runs + n);
    const scenario::Scenario generated = scenario::generate(seed);
    const scenario::Outcome outcome = scenario::run(generated, scenario::Profile::strict, seed);
    hashes.insert(outcome.history.hash());
    events += outcome.events;
    for (const std::uint64_t times : outcome.fired) fired += times;
    for (const check::Verdict& verdict : check::judge_all(outcome.history)) {
      judged += verdict.judged;
      ASSERT_FALSE(verdict.violated())
          << to_string(verdict, outcome.history) << "seed " << seed << "\n"
          << print(generated);
    }
    if (n % 2 == 0) {
      const scenario::Outcome again = scenario::run(generated, scenario::Profile::strict, seed);
      ASSERT_EQ(again.history.hash(), outcome.history.hash()) << "seed " << seed;
      ASSERT_EQ(again.deviations, outcome.deviations) << "seed " << seed;
    }
  }
  EXPECT_GE(hashes.size() * 2, runs) << "the campaign repeats itself";
  EXPECT_GT(fired, runs / 2);
  EXPECT_GT(judged, runs);
  std::printf("%lu runs, %zu distinct, %lu events, %lu faults, %lu judged\n", runs, hashes.size(),
              events, fired, judged);
}

}  // namespace
}  // namespace castaway::property
