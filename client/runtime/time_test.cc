#include "castaway/time.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

constexpr Duration longest = Duration::max();

TEST(DurationToString, UsesTheUnitThatPeopleWould) {
  EXPECT_EQ(to_string(0ns), "0s");
  EXPECT_EQ(to_string(1ns), "1ns");
  EXPECT_EQ(to_string(250ms), "250ms");
  EXPECT_EQ(to_string(1500ms), "1.5s");
  EXPECT_EQ(to_string(1s), "1s");
  EXPECT_EQ(to_string(59s), "59s");
  EXPECT_EQ(to_string(1min), "1min");
  EXPECT_EQ(to_string(90s), "90s");
  EXPECT_EQ(to_string(90min), "90min");
  EXPECT_EQ(to_string(1h), "1h");
  EXPECT_EQ(to_string(48h), "48h");
}

TEST(DurationToString, IsExact) {
  EXPECT_EQ(to_string(1001ns), "1.001us");
  EXPECT_EQ(to_string(1'000'001ns), "1.000001ms");
  EXPECT_EQ(to_string(1s + 1ns), "1.000000001s");
  EXPECT_EQ(to_string(1h + 1ms), "3600.001s");
  EXPECT_EQ(to_string(longest), "9223372036.854775807s");
}

TEST(DurationToString, PutsTheSignInFront) {
  EXPECT_EQ(to_string(-1h), "-1h");
  EXPECT_EQ(to_string(-1500us), "-1.5ms");
  EXPECT_EQ(to_string(Duration::min()), "-9223372036.854775808s");
}

TEST(DeadlineAfter, AddsTheLength) { EXPECT_EQ(deadline_after(TimePoint(1s), 2s), TimePoint(3s)); }

TEST(DeadlineAfter, CountsANegativeLengthAsNone) {
  EXPECT_EQ(deadline_after(TimePoint(1s), -2s), TimePoint(1s));
}

TEST(DeadlineAfter, IsNeverWhereTheSumCannotBeRepresented) {
  EXPECT_EQ(deadline_after(TimePoint(1s), longest), never);
  EXPECT_EQ(deadline_after(TimePoint(1s), longest - 1s), never);
  EXPECT_EQ(deadline_after(TimePoint(1s), longest - 1s - 1ns), never - 1ns);
  EXPECT_EQ(deadline_after(never, 1ns), never);
}

}  // namespace
}  // namespace castaway
