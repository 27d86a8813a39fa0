#include "long_texts.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

using nlohmann::json;

TEST(LongTexts, AreWrittenInFullWhereverTheyStand) {
  const json short_form = {{"a", {{"text_of", 2}}},
                           {"b", {1, {{"text_of", 0}}, {{"c", {{"text_of", 1}}}}}}};
  const json long_form = {{"a", "xx"}, {"b", {1, "", {{"c", "x"}}}}};
  EXPECT_EQ(in_full(short_form), long_form);
  EXPECT_EQ(in_full(Object(short_form)), Object(long_form));
}

TEST(LongTexts, AreObjectsOfThatKeyAlone) {
  const json others = {
      {"a", {{"text_of", 3}, {"more", 1}}}, {"b", "text_of"}, {"c", json::object()}};
  EXPECT_EQ(in_full(others), others);
}

TEST(LongTexts, LeaveAnObjectWithoutThemAsItIs) {
  const Object object({{"a", {1, 2}}});
  EXPECT_EQ(&in_full(object).json(), &object.json());
}

}  // namespace
}  // namespace castaway::scenario
