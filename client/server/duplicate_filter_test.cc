#include "duplicate_filter.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

TEST(DuplicateFilter, ForgetsTheOldestWhenItIsFull) {
  DuplicateFilter filter(2, 1h);
  for (const char* id : {"a", "b"}) EXPECT_TRUE(filter.is_first(id, TimePoint(0s)));
  EXPECT_FALSE(filter.is_first("a", TimePoint(0s))) << "which does not refresh it";
  EXPECT_TRUE(filter.is_first("c", TimePoint(0s)));
  EXPECT_EQ(filter.size(), 2U);
  EXPECT_FALSE(filter.knows("a", TimePoint(0s)));
  EXPECT_TRUE(filter.knows("b", TimePoint(0s)));
}

TEST(DuplicateFilter, ForgetsWithAge) {
  DuplicateFilter filter(200, 60s);
  EXPECT_TRUE(filter.is_first("a", TimePoint(1s)));
  EXPECT_TRUE(filter.knows("a", TimePoint(61s) - 1ns));
  EXPECT_FALSE(filter.knows("a", TimePoint(61s)));
  EXPECT_TRUE(filter.is_first("a", TimePoint(61s)));
}

TEST(DuplicateFilter, AskingRemembersNothing) {
  DuplicateFilter filter(2, 1h);
  EXPECT_FALSE(filter.knows("a", TimePoint(0s)));
  EXPECT_TRUE(filter.is_first("a", TimePoint(0s)));
}

TEST(DuplicateFilter, NoIdIsNeverARepeat) {
  DuplicateFilter filter(2, 1h);
  EXPECT_TRUE(filter.is_first("", TimePoint(0s)));
  EXPECT_TRUE(filter.is_first("", TimePoint(0s)));
  EXPECT_EQ(filter.size(), 0U);
}

}  // namespace
}  // namespace castaway
