// Which thread is next: first come, first served, or by seed.

#include <set>

#include <gtest/gtest.h>

#include "outcome.h"

namespace castaway::virtual_time {
namespace {

std::string order(const std::string& schedule, int seed) {
  const Outcome run = run_in_virtual_time({test_program("order")},
                                          {"--schedule", schedule, "--seed", std::to_string(seed)});
  EXPECT_THAT(run, IsDeterministic());
  return run.out;
}

TEST(Schedules, OfChanceAreTheSameForTheSameSeedAndOthersForOthers) {
  std::set<std::string> orders;
  for (int seed = 1; seed <= 8; ++seed) {
    const std::string first = order("chaos", seed);
    EXPECT_EQ(first.size(), std::string("0.000000 ").size() + 4 * 4 + 1) << first;
    EXPECT_EQ(order("chaos", seed), first) << "seed " << seed;
    orders.insert(first);
  }
  EXPECT_GT(orders.size(), 4U);
}

TEST(Schedules, OfFirstComeFirstServedDoNotDependOnTheSeed) {
  for (int seed = 1; seed <= 3; ++seed)
    EXPECT_EQ(order("fifo", seed), "0.000000 abcdabcdabcdabcd\n");
}

}  // namespace
}  // namespace castaway::virtual_time
