#include "schema.h"

#include <fstream>
#include <set>
#include <sstream>

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

TEST(Schema, NamesWhatThereIs) {
  const auto itself = [](std::string_view name) { return name; };
  EXPECT_EQ(enumerated("/event/properties/ev"), json(names_of_all(sim::event_names(), itself)));
  // A person looks for the law that matters most, the checker begins with the root of the others.
  const json laws = enumerated("/property/oneOf/0/properties/law");
  EXPECT_THAT(laws.get<Names>(),
              testing::UnorderedElementsAreArray(
                  names_of_all(check::laws(), [](const check::Law& law) { return law.name; })));
  EXPECT_EQ(enumerated("/property/oneOf/7/properties/shrunk"), laws);
  EXPECT_EQ(enumerated("/profile"),
            json(names_of_all(every_profile, [](Profile profile) { return to_string(profile); })));
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

json example(const std::string& path) {
  std::ifstream file(std::string(CASTAWAY_SOURCE_DIR) + "/scenarios/" + path);
  return json::parse(file);
}

/// Everything that stands in `value`, itself included.
void collect_pointers(const json& value, const json::json_pointer& at,
                      std::vector<json::json_pointer>& pointers) {
  pointers.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) collect_pointers(member, at / key, pointers);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collect_pointers(value[i], at / i, pointers);
  }
}

/// The words must be found exactly where the judge, who is not ours, says no.
void expect_agreement(const json& value, const std::string& what) {
  EXPECT_EQ(flaws_of(value).empty(), verdict_of(value).empty()) << what << "\n" << value.dump();
}

TEST(Schema, IsJudgedByTheWordsAsByTheJudge) {
  const std::vector<json> others = {nullptr,
                                    true,
                                    -1,
                                    0,
                                    7,
                                    1.5,
                                    "",
                                    "1s",
                                    "1/2",
                                    "a",
                                    "A-1",
                                    json::array(),
                                    json::array({"1s", "2s"}),
                                    json::object(),
                                    json({{"const", "1s"}})};
  for (const std::string path : {"tmo/late_answer_must_not_answer_the_next_question.json",
                                 "rty/outage_in_the_middle_of_a_call.json"}) {
    const json whole = example(path);
    expect_agreement(whole, path);
    std::vector<json::json_pointer> pointers;
    collect_pointers(whole, json::json_pointer(), pointers);
    for (const json::json_pointer& pointer : pointers) {
      for (const json& other : others) {
        json changed = whole;
        changed[pointer] = other;
        expect_agreement(changed, path + ": " + pointer.to_string());
      }
      json more = whole;
      if (more[pointer].is_object()) {
        more[pointer]["more"] = 1;
        expect_agreement(more, path + ": more in " + pointer.to_string());
      }
      if (pointer.empty()) continue;
      json less = whole;
      if (less[pointer.parent_pointer()].is_object()) {
        less[pointer.parent_pointer()].erase(pointer.back());
        expect_agreement(less, path + ": less " + pointer.to_string());
      }
    }
  }
}

TEST(Schema, IsJudgedBySomebodyElse) {
  const std::vector<Flaw> flaws = verdict_of(json::parse(R"({"scenario": 1})"));
  ASSERT_FALSE(flaws.empty());
  EXPECT_EQ(flaws.front().pointer, "");
  const std::vector<Flaw> deep = verdict_of(json::parse(
      R"({"scenario": 1, "name": "a", "servers": [], "clients": [{"id": 1}], "script": [], "expect": {}})"));
  ASSERT_FALSE(deep.empty());
  EXPECT_EQ(deep.front().pointer, "/clients/0/id");
}

}  // namespace
}  // namespace castaway::scenario
