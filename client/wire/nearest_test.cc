#include "castaway/nearest.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

const std::vector<std::string> keys = {"drop", "delay", "hold_until", "duplicate", "reorder"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("drp", keys), "drop");
  EXPECT_EQ(nearest("Drop", keys), "drop");
  EXPECT_EQ(nearest("dorp", keys), "drop");
  EXPECT_EQ(nearest("delays", keys), "delay");
  EXPECT_EQ(nearest("holduntil", keys), "hold_until");
  EXPECT_EQ(nearest("dupliacte", keys), "duplicate");
  EXPECT_EQ(nearest("duplikat", keys), "duplicate");
}

TEST(Nearest, KnowsANameByItsBeginning) {
  EXPECT_EQ(nearest("dupl", keys), "duplicate");
  EXPECT_EQ(nearest("hold", keys), "hold_until");
  EXPECT_EQ(nearest("hlod", keys), "hold_until");
  EXPECT_EQ(nearest("de", keys), "delay");
  EXPECT_EQ(nearest("late", {"late_at_night", "latee"}), "latee") << "a whole name comes first";
}

TEST(Nearest, DoesNotGuess) {
  EXPECT_EQ(nearest("corrupt", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("x", keys), "");
  EXPECT_EQ(nearest("d", keys), "");
  EXPECT_EQ(nearest("hxl", keys), "");
  EXPECT_EQ(nearest("drop", {}), "");
  EXPECT_EQ(nearest("a", {"b"}), "");
  EXPECT_EQ(nearest(std::string(100000, 'd'), keys), "");
}

TEST(Nearest, TakesTheFirstOfTheBest) {
  EXPECT_EQ(nearest("s3", {"s1", "s2"}), "s1");
  EXPECT_EQ(nearest("s2", {"s1", "s2"}), "s2");
}

}  // namespace
}  // namespace castaway
