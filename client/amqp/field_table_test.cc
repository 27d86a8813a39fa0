#include "castaway/amqp/field_table.h"

#include <limits>

#include <gtest/gtest.h>

namespace castaway::amqp {
namespace {

TEST(FieldTable, FindsTheFirstValueOfAKey) {
  const FieldTable table = {{"a", 1}, {"b", 2}, {"a", 3}};
  ASSERT_TRUE(table.contains("a"));
  EXPECT_EQ(*table.find("a"), FieldValue(1));
  EXPECT_EQ(table.find("c"), nullptr);
  EXPECT_FALSE(table.contains(""));
}

TEST(FieldTable, SettingReplacesTheFirstValueOrAppends) {
  FieldTable table = {{"a", 1}, {"b", 2}, {"a", 3}};
  table.set("a", "text");
  table.set("c", true);
  table.append("b", FieldTable{});
  EXPECT_EQ(table,
            (FieldTable{{"a", "text"}, {"b", 2}, {"a", 3}, {"c", true}, {"b", FieldTable{}}}));
  EXPECT_EQ(table.size(), 5U);
}

TEST(FieldTable, IsAnotherInAnotherOrderOrWithAnotherWidth) {
  EXPECT_NE((FieldTable{{"a", 1}, {"b", 2}}), (FieldTable{{"b", 2}, {"a", 1}}));
  EXPECT_NE((FieldTable{{"a", 1}}), (FieldTable{{"a", std::int64_t{1}}}));
  EXPECT_NE((FieldTable{{"a", "x"}}), (FieldTable{{"a", ByteArray{"x"}}}));
}

TEST(FieldTable, IsWalkedInItsOrder) {
  const FieldTable table = {{"z", 1}, {"a", 2}, {"z", 3}};
  std::string walked;
  for (const FieldEntry& entry : table) walked += entry.key;
  EXPECT_EQ(walked, "zaz");
  EXPECT_TRUE(FieldTable().empty());
  EXPECT_EQ(FieldTable().begin(), FieldTable().end());
}

TEST(FieldTable, ACopyIsItsOwn) {
  const FieldTable table = {{"inner", FieldTable{{"a", 1}}}};
  FieldTable copy = table;
  copy.set("inner", FieldTable{});
  EXPECT_EQ(*table.find("inner")->get<FieldTable>()->find("a"), FieldValue(1));
}

TEST(FieldValue, IsAnIntegerOfWhateverWidth) {
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(FieldValue(std::int8_t{-1}).integer(), -1);
  EXPECT_EQ(FieldValue(std::uint8_t{255}).integer(), 255);
  EXPECT_EQ(FieldValue(std::int16_t{-2}).integer(), -2);
  EXPECT_EQ(FieldValue(std::uint16_t{65535}).integer(), 65535);
  EXPECT_EQ(FieldValue(-3).integer(), -3);
  EXPECT_EQ(FieldValue(std::uint32_t{4294967295}).integer(), 4294967295);
  EXPECT_EQ(FieldValue(std::numeric_limits<std::int64_t>::min()).integer(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(FieldValue(largest).integer(), largest);
  EXPECT_EQ(FieldValue(largest + 1).integer(), std::nullopt);
}

TEST(FieldValue, IsNoIntegerIfItIsSomethingElse) {
  for (const FieldValue& value : FieldArray{{},
                                            true,
                                            1.0F,
                                            1.0,
                                            Decimal{0, 1},
                                            "1",
                                            ByteArray{"1"},
                                            Timestamp{1},
                                            FieldArray{1},
                                            FieldTable{{"1", 1}}})
    EXPECT_EQ(value.integer(), std::nullopt) << value.value.index();
}

}  // namespace
}  // namespace castaway::amqp
