#include "scenario_property.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

// Properties that must not hold, and what is said of them.

namespace castaway::property {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr PropertyOptions classic = {.profile = scenario::SubjectProfile::classic, .runs = 2000};

std::filesystem::path file_of(const std::string& name) {
  return std::filesystem::absolute("castaway-out") / ("property-" + name + ".json");
}

scenario::Scenario kept(const std::string& name) {
  std::ifstream file(file_of(name));
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return scenario::load(text, name);
}

TEST(ForAllScenarios, SaysInOneLineWhatAPropertyThatHoldsWasPutTo) {
  const PropertyReport report =
      check_scenarios("sound", keeps(check::at_most_once), {.runs = 20}, {.seed = 5});
  EXPECT_TRUE(report.holds);
  EXPECT_THAT(report.text, ContainsRegex("^property sound: 20 cases from seed 5, [0-9]+ distinct; "
                                         "[0-9]+ judged, [0-9]+ faults fired\\.$"));
  EXPECT_EQ(report.tally.runs(), 20U);
}

TEST(ForAllScenarios, ACounterexampleIsAFileThatReplaysIt) {
  const PropertyReport report =
      check_scenarios("broken", keeps(check::at_most_once), classic, {.seed = 5});
  ASSERT_FALSE(report.holds) << report.text;
  EXPECT_THAT(report.text, StartsWith("property broken: "));
  EXPECT_THAT(report.text,
              ContainsRegex("Broken by the case with seed [0-9]+ and size [0-9]+\\.\n"));
  EXPECT_THAT(report.text, HasSubstr("\nat-most-once is violated "));
  EXPECT_THAT(report.text, HasSubstr("\n{\n  \"scenario\": 1,\n"));
  EXPECT_THAT(report.text, EndsWith("\ncastaway replay " + file_of("broken").string() + "\n"));

  const scenario::Scenario replay = kept("broken");
  EXPECT_THAT(report.text, HasSubstr(print(replay)));
  EXPECT_EQ(replay.profiles, std::vector{scenario::SubjectProfile::classic});
  ASSERT_TRUE(replay.deviations.has_value());
  const scenario::Outcome again =
      scenario::run(replay, scenario::SubjectProfile::classic, replay.seed);
  const check::Verdict verdict = check::at_most_once(again.history);
  EXPECT_THAT(report.text, HasSubstr(to_string(verdict, again.history)));
}

TEST(ForAllScenarios, OnlyTheSizeIsShrunk) {
  std::vector<std::uint64_t> seeds;
  const Property from_three_operations_on = [&](const Case& run) -> Judgement {
    std::size_t steps = 0;
    for (const scenario::Script& script : run.scenario.script) steps += script.steps.size();
    if (steps < 3) return {.judged = 1};
    seeds.push_back(run.seed);
    return {.wrong = std::to_string(steps) + " steps"};
  };
  const Settings settings = {.seed = 5};
  ASSERT_FALSE(check_scenarios("steps", from_three_operations_on, {}, settings).holds);
  const scenario::Scenario smallest = kept("steps");
  EXPECT_EQ(smallest.seed, seeds.front());
  EXPECT_EQ(std::set(seeds.begin(), seeds.end()).size(), 1U);
  // The sizes below leave less than three steps.
  EXPECT_LE(smallest.script.size(), 2U);
}

TEST(ForAllScenarios, WhatThrowsIsACounterexampleToo) {
  const Property throws = [](const Case&) -> Judgement { throw std::runtime_error("no more ink"); };
  const PropertyReport report = check_scenarios("throws", throws, {}, {});
  EXPECT_FALSE(report.holds);
  EXPECT_THAT(report.text, HasSubstr("\nIt throws: no more ink\n"));
}

TEST(ForAllScenarios, IsNotGreenWhenNothingWasJudged) {
  const Property silent = [](const Case&) { return Judgement{}; };
  const PropertyReport report = check_scenarios("silent", silent, {.runs = 20}, {});
  EXPECT_FALSE(report.holds);
  EXPECT_THAT(report.text, EndsWith("\nIt is vacuous: no case had anything to judge."));
}

TEST(ForAllScenarios, IsNotGreenWhenNoFaultFired) {
  const Property easy = [](const Case&) { return Judgement{.judged = 1}; };
  const PropertyOptions smallest = {.generate = {.size = 0}, .runs = 20};
  const PropertyReport report = check_scenarios("calm", easy, smallest, {});
  EXPECT_FALSE(report.holds);
  EXPECT_THAT(report.text, EndsWith("\nIt is vacuous: no fault ever fired."));
  EXPECT_TRUE(
      check_scenarios("calm", easy, {.generate = {.size = 0, .faults = false}, .runs = 20}, {})
          .holds);
}

TEST(ForAllScenarios, TheSeedAndTheNameOfThePropertyAreAllThatCasesDependOn) {
  const auto seeds_of = [](const std::string& name, std::uint64_t seed) {
    std::vector<std::uint64_t> seeds;
    const Property note = [&](const Case& run) {
      seeds.push_back(run.seed);
      return Judgement{.judged = 1};
    };
    static_cast<void>(check_scenarios(name, note, {.runs = 5}, {.seed = seed}));
    return seeds;
  };
  EXPECT_EQ(seeds_of("a", 1), seeds_of("a", 1));
  EXPECT_NE(seeds_of("a", 1), seeds_of("a", 2));
  EXPECT_NE(seeds_of("a", 1), seeds_of("b", 1));
}

}  // namespace
}  // namespace castaway::property
