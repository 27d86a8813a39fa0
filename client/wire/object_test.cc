#include "castaway/object.h"

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/error.h"

namespace castaway {
namespace {

using nlohmann::json;

/// `depth` arrays in one another.
json nested(int depth) {
  json value = nullptr;
  for (int i = 0; i < depth; ++i) {
    json outer = json::array();
    outer.push_back(std::move(value));
    value = std::move(outer);
  }
  return value;
}

std::string refusal(const json& value) {
  try {
    require_encodable(value);
  } catch (const EncodeError& error) {
    return error.what();
  }
  return "none";
}

TEST(Object, WithNothingIsAnEmptyObjectAndNotNull) {
  EXPECT_EQ(Object().json().dump(), "{}");
  EXPECT_EQ(Object{}.json().dump(), "{}");
  const Object braces = {};
  EXPECT_EQ(braces.json().dump(), "{}");
  EXPECT_EQ(Object(json::object()), Object());
}

TEST(Object, IsWrittenAsItsEntries) {
  EXPECT_EQ(Object({{"n", 1}, {"name", "host-1"}}).json().dump(), R"({"n":1,"name":"host-1"})");
  EXPECT_EQ(Object({{"list", {1, 2}}}).json().dump(), R"({"list":[1,2]})");
}

std::string text_of(const Object& object) { return object.json().dump(); }

TEST(Object, OneOrTwoEntriesOfTextAreStillEntries) {
  EXPECT_EQ(text_of({{"a", "b"}}), R"({"a":"b"})");
  EXPECT_EQ(text_of({{"a", "b"}, {"c", "d"}}), R"({"a":"b","c":"d"})");
}

TEST(Object, OfARepeatedKeyTheLastWins) {
  EXPECT_EQ(Object({{"n", 1}, {"n", 2}}).json().dump(), R"({"n":2})");
}

TEST(Object, IsMadeOfAnObjectOnly) {
  EXPECT_THROW(std::ignore = Object(json(nullptr)), EncodeError);
  EXPECT_THROW(std::ignore = Object(json::array()), EncodeError);
  EXPECT_THROW(std::ignore = Object(json("text")), EncodeError);
  EXPECT_EQ(Object(json{{"n", 1}}), Object({{"n", 1}}));
}

TEST(Object, RefusesWhatCannotBeSent) {
  EXPECT_THROW(std::ignore = Object({{"n", std::nan("")}}), EncodeError);
  EXPECT_THROW(std::ignore = Object(json{{"\xff", 1}}), EncodeError);
}

TEST(Object, ComparesByValue) {
  EXPECT_EQ(Object({{"a", 1}, {"b", 2}}), Object({{"b", 2}, {"a", 1}}));
  EXPECT_FALSE(Object({{"a", 1}}) == Object({{"a", 2}}));
  EXPECT_FALSE(Object({{"a", 1}}) == Object());
}

TEST(Object, IsEmptyOnceItWasMovedFrom) {
  Object source({{"n", 1}});
  const Object moved = std::move(source);
  EXPECT_EQ(moved, Object({{"n", 1}}));
  EXPECT_EQ(source, Object());  // NOLINT(bugprone-use-after-move)
}

TEST(Encodable, AreAllOrdinaryValues) {
  EXPECT_EQ(refusal(nullptr), "none");
  EXPECT_EQ(refusal(json{{"a", {1, -1, 0.5, true, "é"}}}), "none");
  EXPECT_EQ(refusal(std::numeric_limits<std::uint64_t>::max()), "none");
  EXPECT_EQ(refusal(std::numeric_limits<double>::denorm_min()), "none");
}

TEST(Encodable, AreAHundredAndTwentyEightLevelsAndNoMore) {
  EXPECT_EQ(refusal(nested(128)), "none");
  EXPECT_THAT(refusal(nested(129)),
              testing::StartsWith("JSON cannot carry more than 128 levels of objects and arrays, "
                                  "at \"/0/0/0/"));
  EXPECT_EQ(refusal(json{{"a", nested(127)}}), "none");
  EXPECT_NE(refusal(json{{"a", nested(128)}}), "none");
  EXPECT_NE(refusal(nested(100'000)), "none");
}

TEST(Encodable, ARefusalPointsAtTheOffender) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(json{{"a", {1, {{"b/c", infinity}}}}}),
            "JSON cannot carry a number that is not finite, at \"/a/1/b~1c\"");
  EXPECT_EQ(refusal(std::nan("")), "JSON cannot carry a number that is not finite, at \"\"");
  EXPECT_EQ(refusal(json{{"a", "\xc3"}}), "JSON cannot carry text that is not UTF-8, at \"/a\"");
  EXPECT_EQ(refusal(json{{"a", {{"\xff", 1}}}}),
            "JSON cannot carry a key that is not UTF-8, at \"/a\"");
  EXPECT_EQ(refusal(json{{"a", json::binary({1})}}), "JSON cannot carry binary, at \"/a\"");
  EXPECT_EQ(refusal(json(json::value_t::discarded)), "JSON cannot carry discarded, at \"\"");
}

}  // namespace
}  // namespace castaway
