// What we say of a scenario is what a validator of the schema says, which is not ours.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "schema.h"
#include "schema_judge_for_test.h"

namespace castaway::scenario {
namespace {

using nlohmann::json;

const SchemaJudge& judge() {
  static const SchemaJudge the_judge;
  return the_judge;
}

const std::filesystem::path& folder() {
  static const std::filesystem::path path = std::string(CASTAWAY_SOURCE_DIR) + "/scenarios";
  return path;
}

json read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
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

std::vector<json::json_pointer> pointers_in(const json& value) {
  std::vector<json::json_pointer> pointers;
  collect_pointers(value, json::json_pointer(), pointers);
  return pointers;
}

/// The words must be found exactly where the judge says no.
void expect_agreement(const json& value, const std::string& what) {
  EXPECT_EQ(flaws_of(value).empty(), judge().flaws_of(value).empty()) << what << "\n"
                                                                      << value.dump();
}

/// With a key more, and with a key less, wherever there are keys.
void expect_agreement_on_keys(const json& whole, const std::string& path) {
  for (const json::json_pointer& pointer : pointers_in(whole)) {
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

TEST(SchemaJudge, AgreesOnEveryScenario) {
  std::size_t judged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "schema.json") continue;
    const json whole = read_file(entry.path());
    EXPECT_TRUE(flaws_of(whole).empty()) << entry.path();
    expect_agreement(whole, entry.path());
    ++judged;
  }
  EXPECT_GT(judged, 100U);
}

TEST(SchemaJudge, AgreesOnAScenarioWithAKeyMoreOrLess) {
  for (const std::string path : {"examples/tmo/late_answer_must_not_answer_the_next_question.json",
                                 "examples/rty/outage_in_the_middle_of_a_call.json"})
    expect_agreement_on_keys(read_file(folder() / path), path);
}

TEST(SchemaJudge, AgreesOnAScenarioWithAnotherValue) {
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
  for (const std::string path : {"examples/tmo/late_answer_must_not_answer_the_next_question.json",
                                 "examples/rty/outage_in_the_middle_of_a_call.json"}) {
    const json whole = read_file(folder() / path);
    for (const json::json_pointer& pointer : pointers_in(whole)) {
      for (const json& other : others) {
        json changed = whole;
        changed[pointer] = other;
        expect_agreement(changed, path + ": " + pointer.to_string());
      }
    }
  }
}

TEST(SchemaJudge, NamesThePlaceOfAFlaw) {
  const std::vector<Flaw> flaws = judge().flaws_of(json::parse(R"({"scenario": 1})"));
  ASSERT_FALSE(flaws.empty());
  EXPECT_EQ(flaws.front().pointer, "");
  const std::vector<Flaw> deep = judge().flaws_of(json::parse(
      R"({"scenario": 1, "name": "a", "servers": [], "clients": [{"id": 1}], "script": [], "expect": {}})"));
  ASSERT_FALSE(deep.empty());
  EXPECT_EQ(deep.front().pointer, "/clients/0/id");
}

}  // namespace
}  // namespace castaway::scenario
