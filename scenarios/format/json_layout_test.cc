#include "json_layout.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

using Json = nlohmann::ordered_json;

std::string laid_out(const std::string& text) { return lay_out(Json::parse(text)); }

/// Text that takes so many characters, quotes included.
std::string of_size(std::size_t size) { return '"' + std::string(size - 2, 'x') + '"'; }

TEST(JsonLayout, GivesEachOutermostMemberALine) {
  EXPECT_EQ(laid_out(R"({"b": [1, 2], "a": {"c": null}})"), R"({
  "b": [1, 2],
  "a": {"c": null}
}
)");
}

TEST(JsonLayout, FillsALineToItsHundredthCharacter) {
  // {"a": [1, "xx"]} after two spaces, with nothing behind it.
  const std::string fits = of_size(100 - 2 - std::string(R"("a": [1, ])").size());
  EXPECT_EQ(laid_out("{\"a\": [1, " + fits + "]}"), "{\n  \"a\": [1, " + fits + "]\n}\n");
  const std::string wide = of_size(fits.size() + 1);
  EXPECT_EQ(laid_out("{\"a\": [1, " + wide + "]}"), "{\n  \"a\": [\n    1, " + wide + "\n  ]\n}\n");
}

TEST(JsonLayout, LeavesRoomForTheComma) {
  const std::string full = of_size(100 - 2 - std::string(R"("a": [1, ])").size());
  EXPECT_EQ(laid_out("{\"a\": [1, " + full + "], \"b\": 2}"),
            "{\n  \"a\": [\n    1, " + full + "\n  ],\n  \"b\": 2\n}\n");
}

TEST(JsonLayout, PutsObjectsOnLinesOfTheirOwn) {
  const std::string big = R"({"k": )" + of_size(60) + "}";
  EXPECT_EQ(laid_out(R"({"list": [)" + big + ", " + big + "]}"),
            "{\n  \"list\": [\n    " + big + ",\n    " + big + "\n  ]\n}\n");
}

TEST(JsonLayout, AlignsMembersThatNeedAnotherLine) {
  const std::string half = of_size(50);
  EXPECT_EQ(laid_out(R"({"list": [{"a": )" + half + R"(, "b": )" + half + "}]}"),
            "{\n  \"list\": [{\"a\": " + half + ",\n            \"b\": " + half + "}]\n}\n");
}

/// A list may end in the very column in which the object's members begin.
TEST(JsonLayout, PartsMembersWhereverAListEnds) {
  for (std::size_t before = 0; before < 12; ++before) {
    const std::string name(before, 'n');
    const std::string list = "[" + of_size(60) + ", " + of_size(60) + "]";
    const std::string text = laid_out(R"({"a": {")" + name + R"(": [{"k": )" + list +
                                      R"(, "l": null}, )" + of_size(60) + "]}}");
    EXPECT_NE(text.find("],"), std::string::npos) << text;
    EXPECT_EQ(nlohmann::json::parse(text).at("a").at(name).at(0).size(), 2U) << text;
  }
}

TEST(JsonLayout, LeavesTextsAsLongAsTheyAre) {
  const std::string text = of_size(300);
  EXPECT_EQ(laid_out("{\"a\": " + text + "}"), "{\n  \"a\": " + text + "\n}\n");
}

TEST(JsonLayout, EscapesKeys) {
  EXPECT_EQ(laid_out(R"({"a\"\n": {"\\": 1}})"), "{\n  \"a\\\"\\n\": {\"\\\\\": 1}\n}\n");
}

}  // namespace
}  // namespace castaway::scenario
