// What keeps a scenario in which nothing broke from counting as passed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A call of "ask" that takes 10 s, with these rules and expectations of them.
Scenario asking(const std::string& faults, const std::string& fired = "",
                const std::string& more = "") {
  return parse(R"({
  "scenario": 1, "name": "asking", "profiles": ["strict", "classic"])" +
                   more + R"(,
  "servers": [{ "id": "s1", "topic": "t", "endpoint": { "ask": [{ "sleep": "10s" }] } }],
  "clients": [{ "id": "c1", "timeout": "30s" }],
  "script": [{ "task": "c1/main", "steps": [
    { "call": { "as": "ask", "repeat": 2, "topic": "t", "method": "ask" } } ] }],
  "faults": [)" + faults +
                   R"(],
  "expect": { "fired": [)" +
                   fired + R"(], "always": [{ "law": "at-most-once" }] } })",
               "asking.json");
}

Report strict(const Scenario& scenario) { return explore(scenario, SubjectProfile::strict); }

const std::string lost_77th =
    R"({ "id": "lost", "on": { "edge": "ack" }, "when": { "nth": [77] }, "do": { "drop": true } })";

TEST(Proof, NeedsEveryRuleToFire) {
  const Report report = strict(asking(lost_77th));
  EXPECT_EQ(report.result, Result::vacuous);
  EXPECT_THAT(report.reasons,
              ElementsAre("rule \"lost\" never fired: it met what it is about 4 times, and strikes "
                          "only number 77"));
}

TEST(Proof, SaysOfARuleOnceWhyItNeverFired) {
  EXPECT_THAT(strict(asking(lost_77th, R"({ "fault": "lost", "min": 1 })")).reasons,
              ElementsAre("rule \"lost\" never fired: it met what it is about 4 times, and strikes "
                          "only number 77"));
}

TEST(Proof, LetsARuleNeverFireWhereItIsMeantToSpareAll) {
  EXPECT_EQ(strict(asking(lost_77th, R"({ "fault": "lost", "max": 0 })")).result, Result::pass);
  const std::string every_ack =
      R"({ "id": "late", "on": { "edge": "ack" }, "do": { "delay": "1ms" } })";
  const Report report = strict(asking(every_ack, R"({ "fault": "late", "max": 0 })"));
  EXPECT_EQ(report.result, Result::vacuous);
  EXPECT_THAT(report.reasons, ElementsAre("rule \"late\" fired 4 times in some run, more than 0"));
}

TEST(Proof, ExpectsWhatIsOfAProfileOnlyThere) {
  const Scenario scenario =
      asking(lost_77th, R"({ "fault": "lost", "max": 0, "profiles": ["classic"] })");
  EXPECT_EQ(strict(scenario).result, Result::vacuous);
  EXPECT_EQ(explore(scenario, SubjectProfile::classic).result, Result::pass);
}

TEST(Proof, NeedsEveryOperationToBeInvoked) {
  Scenario scenario = asking("");
  scenario.script.front().steps.insert(scenario.script.front().steps.begin(),
                                       Until{{.ev = "execute", .op = "ask#1"}});
  scenario.expect.always = {{.id = "none", .what = CountProp{.of = {.ev = "execute"}, .max = 0}}};
  const Report report = strict(scenario);
  EXPECT_EQ(report.result, Result::vacuous);
  EXPECT_THAT(report.reasons, ElementsAre("\"ask#0\" and \"ask#1\" were never invoked"));
}

TEST(Proof, IsInconclusiveWhereARunEndsAtItsLimitWithWorkLeft) {
  Scenario scenario = asking("", "", R"(, "clock": { "limit": "15s" })");
  const Report report = strict(scenario);
  EXPECT_EQ(report.result, Result::inconclusive);
  EXPECT_THAT(report.reasons,
              ElementsAre("a run ended at its limit of 15s with work left: 1 of 2 operations did "
                          "not complete: \"ask#1\""));
  scenario.clock.limit = 30s;
  EXPECT_EQ(strict(scenario).result, Result::pass);
}

TEST(Proof, SaysWhyALawJudgedNothing) {
  Scenario scenario = asking("");
  scenario.expect.always = {{.what = LawProp{"effect"}}};
  EXPECT_THAT(strict(scenario).reasons,
              ElementsAre("effect judged nothing: nothing ended with the effect none"));
}

TEST(Proof, HasNoGapsWhereEverythingHappened) {
  const Report report = strict(asking(""));
  EXPECT_EQ(report.result, Result::pass);
  EXPECT_THAT(report.reasons, IsEmpty());
}

}  // namespace
}  // namespace castaway::scenario
