#include "castaway/check/text.h"

#include <gtest/gtest.h>

namespace castaway::check {
namespace {

TEST(Text, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Text, FindsThePlural) {
  EXPECT_EQ(count(0, "run"), "0 runs");
  EXPECT_EQ(count(1, "run"), "1 run");
  EXPECT_EQ(count(1000, "run"), "1,000 runs");
}

TEST(Text, SaysHowOften) {
  EXPECT_EQ(times(0), "never");
  EXPECT_EQ(times(1), "once");
  EXPECT_EQ(times(2), "twice");
  EXPECT_EQ(times(3), "3 times");
  EXPECT_EQ(times(1000), "1,000 times");
}

TEST(Text, ListsAsPeopleDo) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(listed({"a", "b", "c"}, "or"), "a, b or c");
}

}  // namespace
}  // namespace castaway::check
