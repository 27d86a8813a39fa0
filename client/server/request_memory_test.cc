#include "request_memory.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

constexpr TimePoint start = TimePoint(1h);

TEST(RequestMemory, KnowsARequestForAsLongAsItRuns) {
  RequestMemory memory(1);
  EXPECT_TRUE(memory.begins("a", start));
  EXPECT_TRUE(memory.begins("b", start));
  EXPECT_FALSE(memory.begins("a", start + 1000h));
  EXPECT_FALSE(memory.begins("b", start + 1000h));
}

TEST(RequestMemory, KnowsItUntilNoCopyIsExpected) {
  RequestMemory memory(10);
  EXPECT_TRUE(memory.begins("a", start));
  memory.ended("a", start + 2h);
  EXPECT_FALSE(memory.begins("a", start + 2h - 1ns));
  EXPECT_TRUE(memory.begins("a", start + 2h));
}

TEST(RequestMemory, KeepsThoseThatAreNeededLongest) {
  RequestMemory memory(2);
  for (const auto& [id, until] : {std::pair("a", 3h), std::pair("b", 1h), std::pair("c", 2h)}) {
    EXPECT_TRUE(memory.begins(id, start));
    memory.ended(id, start + until);
  }
  EXPECT_EQ(memory.size(), 2U);
  EXPECT_FALSE(memory.begins("a", start));
  EXPECT_FALSE(memory.begins("c", start));
  EXPECT_TRUE(memory.begins("b", start));
}

TEST(RequestMemory, ASecondEndChangesNothing) {
  RequestMemory memory(10);
  EXPECT_TRUE(memory.begins("a", start));
  memory.ended("a", start + 1h);
  memory.ended("a", start + 2h);
  memory.ended("never", start + 2h);
  EXPECT_EQ(memory.size(), 1U);
  EXPECT_TRUE(memory.begins("a", start + 1h));
}

}  // namespace
}  // namespace castaway
