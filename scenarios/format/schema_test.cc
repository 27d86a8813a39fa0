#include "schema.h"

#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "castaway/check/laws.h"

namespace castaway::scenario {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

const json& the_schema() {
  static const json value = json::parse(schema());
  return value;
}

json enumerated(const std::string& pointer) {
  return the_schema().at(json::json_pointer("/definitions" + pointer)).at("enum");
}

template <class Range, class Name>
Names names_of_all(const Range& range, Name name) {
  Names names;
  for (const auto& item : range) names.emplace_back(name(item));
  return names;
}

TEST(Schema, IsOfDraftSeven) {
  EXPECT_EQ(the_schema().at("$schema"), "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(the_schema().at("$id"), "urn:castaway:scenario:1");
}

TEST(Schema, HasEveryActionInTheOrderOfTheirList) {
  const auto whole = nlohmann::ordered_json::parse(schema());
  Names known, there;
  sim::for_each_action([&](const auto& action) { known.emplace_back(action.name); });
  for (const auto& [name, action] : whole["definitions"]["action"]["properties"].items())
    there.push_back(name);
  EXPECT_EQ(there, known);
}

TEST(Schema, DescribesAnActionByItsFields) {
  const json& actions = the_schema().at("definitions").at("action").at("properties");
  EXPECT_EQ(actions.at("drop"), json::parse(R"({"description": "It is lost.", "const": true})"));
  EXPECT_EQ(actions.at("delay"), json::parse(R"({"description": "It comes later.",
      "$ref": "#/definitions/distribution"})"));
  EXPECT_EQ(actions.at("kill"), json::parse(R"({"type": "object", "additionalProperties": false,
      "required": ["who"], "properties": {"who": {"$ref": "#/definitions/id"}, "restart": {
      "description": "It comes back after so long; never if not given.",
      "$ref": "#/definitions/duration"}}})"));
}

TEST(Schema, NamesWhatThereIs) {
  const auto itself = [](std::string_view name) { return name; };
  EXPECT_EQ(enumerated("/event/properties/ev"), json(names_of_all(sim::event_names(), itself)));
  const json laws = enumerated("/law");
  EXPECT_THAT(laws.get<Names>(),
              testing::ElementsAreArray(
                  names_of_all(check::laws(), [](const check::Law& law) { return law.name; })));
  EXPECT_EQ(
      enumerated("/profile"),
      json(names_of_all(every_profile, [](SubjectProfile profile) { return to_string(profile); })));
  Names edges;
  for (int edge = 0; edge <= static_cast<int>(sim::Edge::clock); ++edge) {
    edges.emplace_back(to_string(static_cast<sim::Edge>(edge)));
  }
  EXPECT_EQ(enumerated("/on/properties/edge"), json(edges));
}

void collect_keywords(const json& schema, std::set<std::string>& keywords) {
  for (const auto& [key, value] : schema.items()) {
    keywords.insert(key);
    if (key == "properties" || key == "definitions") {
      for (const auto& member : value) collect_keywords(member, keywords);
    } else if (key == "oneOf") {
      for (const auto& alternative : value) collect_keywords(alternative, keywords);
    } else if (value.is_object()) {
      collect_keywords(value, keywords);
    }
  }
}

TEST(Schema, UsesOnlyKeywordsThatHaveWords) {
  std::set<std::string> keywords;
  collect_keywords(the_schema(), keywords);
  EXPECT_THAT(
      keywords,
      testing::ElementsAre("$id", "$ref", "$schema", "additionalProperties", "const", "definitions",
                           "description", "enum", "items", "maxItems", "maxLength", "maxProperties",
                           "maximum", "minItems", "minLength", "minProperties", "minimum", "oneOf",
                           "pattern", "properties", "required", "title", "type"));
}

TEST(Schema, SaysSomethingOfEachKeyOfAScenario) {
  for (const auto& [key, value] : the_schema().at("properties").items()) {
    const bool of_its_own = value.contains("description") || value.contains("title");
    EXPECT_TRUE(of_its_own || value.at("type") == "object" || value.at("type") == "array") << key;
  }
}

}  // namespace
}  // namespace castaway::scenario
