// What strategies find, and how soon, beside chance.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// One call, what goes wrong with it, and a goal that some run is to reach.
Scenario world(const std::string& strategy, std::uint64_t runs, const std::string& broker,
               const std::string& faults, const std::string& goal) {
  return parse(fmt::format(R"({{
  "scenario": 1, "name": "planted", "seed": 7,
  "broker": {{ {} }},
  "servers": [{{ "id": "s1", "topic": "t", "endpoint": {{ "m": [{{ "return": null }}] }} }}],
  "clients": [{{ "id": "c1", "timeout": "2s" }}],
  "script": [{{ "task": "c1/main", "steps": [
    {{ "call": {{ "as": "a", "topic": "t", "method": "m" }} }},
    {{ "call": {{ "as": "b", "topic": "t", "method": "m" }} }} ] }}],
  "faults": [{}],
  "explore": {{ "strategy": "{}", "runs": {}, "stop": "all-reached" }},
  "expect": {{ "reachable": [{{ "id": "goal", {} }}] }} }})",
                           broker, faults, strategy, runs, goal),
               "planted.json");
}

const std::string constant = R"("latency": { "const": "1ms" })";

Scenario rare_loss(const std::string& strategy, std::uint64_t runs = 300) {
  return world(strategy, runs, constant,
               R"({ "id": "lost", "on": { "edge": "request" }, "when": { "prob": "1/1000000" },
                   "do": { "drop": true } })",
               R"("outcome": { "op": "b", "in": ["timeout"] })");
}

TEST(Explore, ThatIsExhaustiveFindsWhatChanceHardlyEverDoes) {
  EXPECT_THAT(explore(rare_loss("random"), SubjectProfile::strict).reached, IsEmpty());
  const Report report = explore(rare_loss("exhaustive"), SubjectProfile::strict);
  EXPECT_EQ(report.reached.size(), 1U);
  EXPECT_LT(report.runs, 20U);
}

Scenario late_reply(const std::string& strategy) {
  return world(strategy, 300, constant,
               R"({ "id": "late", "on": { "edge": "reply", "op": "a" },
                   "do": { "delay": { "uniform": ["0s", "10s"] } } })",
               R"("within": { "from": { "ev": "invoke", "op": "a" },
                              "to": { "ev": "reply_arrive", "op": "a" },
                              "min": "2s", "max": "2s" })");
}

TEST(Explore, AtBoundariesComesUponADeadlineToTheNanosecond) {
  EXPECT_THAT(explore(late_reply("random"), SubjectProfile::strict).reached, IsEmpty());
  EXPECT_EQ(explore(late_reply("boundary"), SubjectProfile::strict).reached.size(), 1U);
}

Scenario slow_all_the_way(const std::string& strategy) {
  return world(strategy, 200, R"("latency": { "uniform": ["1ms", "101ms"] })", "",
               R"("within": { "from": { "ev": "invoke", "op": "b" },
                              "to": { "ev": "reply_arrive", "op": "b" },
                              "min": "480ms", "max": "1s" })");
}

TEST(Explore, ByPrioritiesMakesAllOfAnOperationSlow) {
  EXPECT_THAT(explore(slow_all_the_way("random"), SubjectProfile::strict).reached, IsEmpty());
  EXPECT_EQ(explore(slow_all_the_way("pct"), SubjectProfile::strict).reached.size(), 1U);
}

TEST(Explore, SaysUnreachableOnceAllRunsWithinItsBoundsWereMade) {
  Scenario scenario = rare_loss("exhaustive");
  scenario.explore.bounds = {.faults = 0, .orders = 1};
  const Report report = explore(scenario, SubjectProfile::strict);
  EXPECT_EQ(report.result, Result::fail);
  ASSERT_TRUE(report.certificate);
  EXPECT_TRUE(report.certificate->finished);
  EXPECT_EQ(report.certificate->runs, report.runs);
  EXPECT_THAT(report.reasons,
              Contains(fmt::format("goal is unreachable: it is in none of the {} runs that there "
                                   "are with at most 0 faults and 1 changes of order",
                                   report.runs + report.certificate->same)));
}

TEST(Explore, OfAllRunsIsUndecidedWhereTheyAreTooMany) {
  Scenario scenario = rare_loss("exhaustive", 2);
  // The last answer is counted up first, and this is one of the first.
  scenario.expect.reachable.front().what = OutcomeProp{.op = "a", .in = {"timeout"}};
  const Report report = explore(scenario, SubjectProfile::strict);
  EXPECT_EQ(report.runs, 2U);
  EXPECT_FALSE(report.certificate->finished);
  EXPECT_THAT(report.reasons,
              ElementsAre("there are more runs with at most 2 faults and 1 changes of order than "
                          "the 2 that were made",
                          "goal was not reached in 2 runs"));
}

TEST(Explore, CountsNoRunThatIsCut) {
  const Scenario scenario = rare_loss("random");
  const std::uint64_t asked_in_a_run = run(scenario, SubjectProfile::strict, scenario.seed).events;
  std::uint64_t asked = 0;
  const Report report =
      explore(scenario, SubjectProfile::strict,
              {.cut = [&] { return ++asked > 3 * asked_in_a_run + asked_in_a_run / 2; }});
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.runs, 3U);
  EXPECT_EQ(report.shown.history.ending, check::Ending::quiescent);
}

TEST(Explore, GivesAReplayOfWhateverAnyStrategyShows) {
  for (const std::string strategy : {"boundary", "pct", "portfolio", "exhaustive"}) {
    Scenario scenario = late_reply(strategy);
    scenario.broker.latency = {.shape = sim::Distribution::Shape::uniform, .a = 1ms, .b = 9ms};
    scenario.explore.runs = 20;
    const Report report = explore(scenario, SubjectProfile::strict);
    Scenario replay = scenario;
    replay.deviations = report.shown.deviations;
    EXPECT_EQ(run(replay, SubjectProfile::strict, report.seed).history.hash(),
              report.shown.history.hash())
        << strategy;
  }
}

}  // namespace
}  // namespace castaway::scenario
