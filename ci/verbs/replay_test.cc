// castaway replay: one of three words about a finding, and where its run is another one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/comparison.h"
#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string unanswered = "ci/verbs/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string twice = "ci/verbs/testdata/section/a_lost_ack_runs_a_call_twice.json";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in\n" << text;
  return text.replace(at, from.size(), to);
}

/// A finding of the unanswered call, in a folder of its own.
class Replay : public testing::Test {
 protected:
  Replay() {
    const Child run = castaway({"run", unanswered, "--profile", "strict", "--out", folder_.path()});
    EXPECT_EQ(run.exit_code, 1) << run.err;
    path_ = folder_.path() + "/a-call-that-nobody-answers-returns.strict.json";
    finding_ = text_of(path_);
  }

  [[nodiscard]] Child replay(const std::string& finding,
                             std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"replay", folder_.write("changed.json", finding)});
    return castaway(arguments);
  }
  [[nodiscard]] std::string with_a_stray_decision() const {
    return replaced(finding_, "\"deviations\": [",
                    "\"deviations\": [{\"at\": \"nobody/request/1/queue\", \"answer\": 1}, ");
  }

  TemporaryFolder folder_;
  std::string path_;
  std::string finding_;
};

TEST_F(Replay, SaysSameAsLongAsThePropertyIsBroken) {
  const Child child = replay(finding_);
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out,
              EndsWith("\nsame: it-returns is still broken, in the very same run\nexit 1\n"));
}

TEST_F(Replay, SaysWhereTheRunIsNoLongerTheSame) {
  const Child child = replay(replaced(finding_, "\"timeout\": \"1s\"", "\"timeout\": \"2s\""));
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(
      child.out,
      HasSubstr("\nsame: it-returns is still broken, in a run that differs\nIts hash was "));
}

TEST_F(Replay, ShowsTheFirstEventThatDiffersAndWhatLedToIt) {
  const Child child = replay(replaced(finding_, "\"timeout\": \"1s\"", "\"timeout\": \"2s\""));
  EXPECT_THAT(child.out, HasSubstr("The first event that differs is "));
}

TEST_F(Replay, SaysDifferentWhereSomethingElseFails) {
  const Child child =
      replay(replaced(finding_, "\"property\": \"it-returns\"", "\"property\": \"at-most-once\""));
  EXPECT_EQ(child.exit_code, 2);
  EXPECT_THAT(
      child.out,
      EndsWith("\ndifferent: at-most-once is no longer broken, but something else is\nexit 2\n"));
}

TEST_F(Replay, SaysGoneWhereEverythingHolds) {
  const Child child = replay(replaced(finding_, "\"in\": [\"return\"]", "\"in\": [\"timeout\"]"));
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, EndsWith("\ngone: it-returns is no longer broken\nexit 0\n"));
}

TEST_F(Replay, NamesTheVersionThatFoundIt) {
  EXPECT_THAT(replay(replaced(finding_, "\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"")).out,
              HasSubstr("\nIt was found by castaway 0.0.9.\n"));
}

TEST_F(Replay, WritesAndDrawsTheRun) {
  const std::string history = folder_.path() + "/history.jsonl";
  const Child child = castaway({"replay", path_, "--timeline", "--history", history});
  EXPECT_THAT(child.out, HasSubstr("calls ask, until "));
  EXPECT_THAT(text_of(history), StartsWith("{\"castaway-history\":"));
}

TEST_F(Replay, NeedsSomethingToReplay) {
  const Child child = castaway({"replay", twice});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_EQ(child.err,
            twice + ": there is nothing to replay: it has no deviations; castaway run runs it\n");
}

TEST_F(Replay, IsStrictAboutADecisionThatIsNoLongerAsked) {
  const Child child = replay(with_a_stray_decision());
  EXPECT_EQ(child.exit_code, 2);
  EXPECT_THAT(child.out, EndsWith("\ndifferent: 1 decision of the file is not taken in this run\n"
                                  "  nobody/request/1/queue = 1 is no longer asked\n"
                                  "--lenient judges the run without.\nexit 2\n"));
}

TEST_F(Replay, ThatIsLenientGoesWithoutADecisionThatIsNoLongerAsked) {
  const std::string without =
      "\nWithout 1 decision that is not taken as in the file:\n"
      "  nobody/request/1/queue = 1 is no longer asked\n\n";
  const Child same = replay(with_a_stray_decision(), {"--lenient"});
  EXPECT_EQ(same.exit_code, 1);
  EXPECT_THAT(same.out,
              EndsWith(without + "same: it-returns is still broken, in the very same run\n"
                                 "exit 1\n"));
  const Child gone =
      replay(replaced(with_a_stray_decision(), "\"in\": [\"return\"]", "\"in\": [\"timeout\"]"),
             {"--lenient"});
  EXPECT_EQ(gone.exit_code, 0);
  EXPECT_THAT(gone.out, EndsWith(without + "gone: it-returns is no longer broken\nexit 0\n"));
}

TEST(LostDecisions, AreThoseNotAskedAndThoseWithFewerAnswers) {
  scenario::Scenario finding;
  finding.deviations = std::vector<sim::Deviation>{{"kept", 3}, {"gone", 1}, {"shorter", 9}};
  const scenario::Outcome outcome{.deviations = {{"kept", 3}, {"shorter", 4}}};
  const std::vector<LostDecision> lost = lost_decisions(finding, outcome);
  EXPECT_THAT(lost, ElementsAre(LostDecision{{"gone", 1}, 0}, LostDecision{{"shorter", 9}, 4}));
  EXPECT_THAT(in_words(lost, true),
              HasSubstr("  shorter = 9 has become 4, the last answer that there is now\n"));
  EXPECT_THAT(lost_decisions({}, outcome), ElementsAre());
}

}  // namespace

}  // namespace castaway::ci
