#include "round_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castaway::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RoundNumbers, AreOneTwoOrFiveWithZeros) {
  EXPECT_THAT(round_numbers(0, 101), ElementsAre(1, 2, 5, 10, 20, 50, 100));
  EXPECT_THAT(round_numbers(3, 100), ElementsAre(5, 10, 20, 50));
  EXPECT_THAT(round_numbers(5, 5), IsEmpty());
  EXPECT_THAT(round_numbers(9, 3), IsEmpty());
}

TEST(RoundNumbers, TheNextOneIsAbove) {
  EXPECT_EQ(next_round_number(0), 1U);
  EXPECT_EQ(next_round_number(10), 20U);
  EXPECT_EQ(next_round_number(4'990'000), 5'000'000U);
  EXPECT_EQ(next_round_number(~std::uint64_t{0}), 5'000'000'000'000'000'000U);
}

}  // namespace
}  // namespace castaway::scenario
