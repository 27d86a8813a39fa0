#include "castaway/scenario/failure_explanation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/shrink.h"

#include "failing_scenarios_for_test.h"

namespace castaway::scenario {
namespace {

using testing::HasSubstr;

/// A failure of classic, shrunk, and what is left of it.
FailureExplanation explanation_of(const std::string& path) {
  const std::vector<Failing> failing = failing_in(scenario_file(path), SubjectProfile::classic);
  const Failing& first = failing.at(0);
  const auto shrunk = shrink(first.scenario, SubjectProfile::classic, first.property);
  return explain_failure(shrunk.value().scenario, SubjectProfile::classic, first.property,
                         shrunk->signature);
}

std::vector<std::string> in_words(const FailureExplanation& explanation) {
  std::vector<std::string> words;
  for (const Remaining& one : explanation.remaining)
    words.push_back(one.name + " " + to_string(one));
  return words;
}

TEST(FailureExplanation, OfADedupCacheOfSixteenSayAfterHowManyMessagesItHasForgotten) {
  const FailureExplanation explanation =
      explanation_of("catalogue/amo/amo_030_duplicate_beyond_window.json");
  ASSERT_EQ(explanation.remaining.size(), 1U);
  EXPECT_THAT(in_words(explanation).front(),
              HasSubstr("fails if the copy comes after 16 other messages: there are no more"));
  EXPECT_EQ(explanation.remaining.front().need, Need::interval);
  ASSERT_TRUE(explanation.nearest);
  EXPECT_EQ(explanation.nearest->undone, explanation.remaining.front().name);
}

TEST(FailureExplanation, OfALostConfirmAreNoNumbersButARunThatPasses) {
  const FailureExplanation explanation =
      explanation_of("examples/amo/a_lost_confirm_with_two_servers.json");
  EXPECT_EQ(in_words(explanation), std::vector<std::string>());
  ASSERT_TRUE(explanation.nearest);
  EXPECT_EQ(explanation.nearest->undone, "cut");
  EXPECT_THAT(to_string(explanation.nearest->difference, "without", "with"),
              HasSubstr("\n  with     "));
}

TEST(FailureExplanation, OfManyDecisionsThatAreAlikeTheFirstTwoAndTheLastAreLookedAt) {
  std::vector<Failing> failing = failing_in(
      scenario_file("examples/amo/a_lost_confirm_with_two_servers.json"), SubjectProfile::classic);
  Failing& first = failing.at(0);
  auto& deviations = first.scenario.deviations.emplace();
  for (int i = 1; i <= 9; ++i)
    deviations.push_back({.at = fmt::format("nobody/{}/asks", i), .answer = 1});
  const auto history = run(first.scenario, SubjectProfile::classic, first.scenario.seed).history;
  const check::Verdict verdict = judge(first.property, history);
  const FailureSignature signature =
      signature_of(name_of(first.property), verdict.violations.at(0), history);
  const FailureExplanation explanation =
      explain_failure(first.scenario, SubjectProfile::classic, first.property, signature);
  EXPECT_EQ(in_words(explanation),
            (std::vector<std::string>{
                "nobody/1/asks fails if the answer is exactly 1",
                "nobody/2/asks fails if the answer is exactly 1",
                "nobody/9/asks fails if the answer is exactly 1 (6 more like it, not looked at)"}));
}

/// A reply that takes up to 40 ms, for a caller who waits for 20.
Failing late_reply() {
  const Scenario scenario = parse(R"({
    "scenario": 1, "name": "late", "profiles": ["classic"],
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"m": [{"return": 1}]}}],
    "clients": [{"id": "c1", "timeout": "20ms"}],
    "script": [{"task": "c1/main", "steps": [{"call": {"as": "a", "topic": "t", "method": "m"}}]}],
    "faults": [{"id": "late", "on": {"edge": "reply", "hop": "deliver"},
                "do": {"delay": {"uniform": ["0ns", "40ms"]}}}],
    "explore": {"strategy": "random", "runs": 50, "stop": "first-failure"},
    "expect": {"always": [{"id": "it-returns", "outcome": {"op": "a", "in": ["return"]}}]}})",
                                  "late.json");
  return failing_in(scenario, SubjectProfile::classic).at(0);
}

TEST(FailureExplanation, OfADelayAreAnIntervalWhoseEdgeWasRunOnBothSides) {
  const Failing failing = late_reply();
  const check::History history =
      run(failing.scenario, SubjectProfile::classic, failing.scenario.seed).history;
  const check::Verdict verdict = judge(failing.property, history);
  const FailureSignature signature = signature_of("it-returns", verdict.violations.at(0), history);
  const FailureExplanation explanation =
      explain_failure(failing.scenario, SubjectProfile::classic, failing.property, signature);
  const auto by =
      std::ranges::find(explanation.remaining, "a/reply/1/queue/c1/late/by", &Remaining::name);
  ASSERT_NE(by, explanation.remaining.end());
  for (const Remaining& one : explanation.remaining) {
    if (&one != &*by) {
      EXPECT_EQ(one.need, Need::irrelevant) << one.name;
    }
  }
  const Remaining& delay = *by;
  EXPECT_EQ(delay.need, Need::interval);
  EXPECT_EQ(delay.to, no_end);
  EXPECT_TRUE(delay.is_time);
  // The hops there and back take 2 ms of the 20: an answer is a nanosecond.
  EXPECT_EQ(to_string(delay), "fails if the reply comes more than 18ms late");

  const auto fails_with = [&](std::uint64_t answer) {
    Scenario other = failing.scenario;
    std::ranges::find(*other.deviations, delay.name, &sim::Deviation::at)->answer = answer;
    return breaks(other, SubjectProfile::classic, failing.property, signature);
  };
  EXPECT_TRUE(fails_with(delay.from));
  EXPECT_FALSE(fails_with(delay.from - 1));
}

TEST(FailureExplanation, OfADelayAreATimeHoweverItsAnswersAreNumbered) {
  Failing failing = late_reply();
  auto& delay = std::get<sim::Delay>(failing.scenario.faults.at(0).action);
  delay.by = {.shape = sim::Distribution::Shape::exponential, .a = 10ms};
  // An odd answer is shorter than the median, an even one longer: here by far.
  failing.scenario.deviations = {{.at = "a/reply/1/queue/c1/late/by", .answer = 65'000}};
  const check::History history =
      run(failing.scenario, SubjectProfile::classic, failing.scenario.seed).history;
  const check::Verdict verdict = judge(failing.property, history);
  const FailureSignature signature = signature_of("it-returns", verdict.violations.at(0), history);
  const FailureExplanation explanation =
      explain_failure(failing.scenario, SubjectProfile::classic, failing.property, signature);
  ASSERT_EQ(explanation.remaining.size(), 1U);
  const Remaining& by = explanation.remaining.front();
  EXPECT_EQ(by.need, Need::interval);
  EXPECT_EQ(by.to, no_end);
  EXPECT_EQ(Duration(by.value), duration_of(delay.by, 65'000));
  // One answer is 18 ms to some microseconds.
  EXPECT_GT(Duration(by.from), 18ms);
  EXPECT_LT(Duration(by.from), 18ms + 10us);
  EXPECT_THAT(to_string(by),
              testing::MatchesRegex("fails if the reply comes 18[.]00.*ms or more late"));
}

TEST(FailureExplanation, AreSaidInOneSentence) {
  Remaining delay{.what = "it comes {} late", .need = Need::interval, .is_time = true};
  delay.from = 380'000'000;
  delay.to = no_end;
  EXPECT_EQ(to_string(delay), "fails if it comes 380ms or more late");
  delay.from = 380'000'001;
  EXPECT_EQ(to_string(delay), "fails if it comes more than 380ms late");
  delay.from = 380'000'000;
  delay.to = 2'000'000'000;
  EXPECT_EQ(to_string(delay), "fails if it comes 380ms to 2s late");
  EXPECT_EQ(to_string(Remaining{.need = Need::exact, .from = 1, .to = 1}),
            "fails if the answer is exactly 1");
  EXPECT_EQ(to_string(Remaining{.need = Need::irrelevant}), "fails whatever the answer is");
}

}  // namespace
}  // namespace castaway::scenario
