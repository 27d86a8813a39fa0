// Faults without a scenario, for a broker whose clients are other programs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

namespace castaway::scenario {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& text) {
  try {
    static_cast<void>(parse_faults(text, "f.json"));
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "none";
}

TEST(FaultsAlone, AreReadAsThoseOfAScenario) {
  const std::string rule =
      R"({"id": "a", "on": {"edge": "request", "from": "Till 2"}, "do": {"drop": true}})";
  const Scenario faults = parse_faults(R"({"faults": [)" + rule + "]}", "f.json");
  ASSERT_EQ(faults.faults.size(), 1U);
  EXPECT_EQ(faults.faults.front().on.from, "Till 2");
  EXPECT_EQ(faults.broker.latency, sim::Distribution());
  EXPECT_TRUE(parse_faults("{}", "f.json").faults.empty());
}

TEST(FaultsAlone, MaySayHowTheBrokerIs) {
  const Scenario faults = parse_faults(
      R"({"broker": {"order": "any", "latency": {"const": "500us"}, "nodes": 3}})", "f.json");
  EXPECT_TRUE(faults.broker.any_order);
  EXPECT_EQ(faults.broker.latency, sim::Distribution{.a = 500us});
  EXPECT_EQ(faults.broker.nodes, 3U);
}

TEST(FaultsAlone, MayComeWithAScenario) {
  const Scenario scenario = parse_faults(
      R"({"scenario": 1, "name": "a", "servers": [], "clients": [], "script": [], "expect": {}})",
      "f.json");
  EXPECT_EQ(scenario.name, "a");
}

TEST(FaultsAlone, HaveNoneOfAScenariosOtherKeys) {
  EXPECT_THAT(complaint(R"({"servers": []})"),
              HasSubstr("f.json:1:2: /servers: only a scenario has this key"));
  EXPECT_THAT(complaint(R"({"broker": {"durable": true}})"),
              HasSubstr("f.json:1:13: /broker/durable: only a scenario has this key"));
}

TEST(FaultsAlone, AreComplainedOfAsAScenarioIs) {
  EXPECT_THAT(complaint("[]"), HasSubstr("f.json:1:1: "));
  EXPECT_THAT(complaint(R"({"fautls": []})"), HasSubstr("faults"));
  EXPECT_THAT(complaint(R"({"faults": [], "faults": []})"), HasSubstr("f.json:1:16: "));
  EXPECT_THAT(complaint(R"({"broker": 7})"), HasSubstr("f.json:1:12: /broker: "));
  EXPECT_THAT(
      complaint(R"({"faults": [{"id": "a", "on": {"edge": "reqest"}, "do": {"drop": true}}]})"),
      HasSubstr("/faults/0/on/edge: "));
}

}  // namespace
}  // namespace castaway::scenario
