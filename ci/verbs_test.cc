#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

#include "child.h"
#include "test_files.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string unanswered = "ci/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string twice = "ci/testdata/section/a_lost_ack_runs_a_call_twice.json";

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

  [[nodiscard]] Child replay(const std::string& finding) const {
    return castaway({"replay", folder_.write("changed.json", finding)});
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
      HasSubstr("\nsame: it-returns is still broken, in a run that differs: its hash was "));
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

TEST(List, NamesCasesAndProfilesAndWhatIsKnownToBreak) {
  const Child child = castaway({"list", "ci/testdata/section"});
  EXPECT_EQ(child.exit_code, 0);
  expect_recorded("list.txt", child.out);
}

TEST(List, TakesTheFolderScenariosIfNoneIsNamed) {
  const TemporaryFolder folder;
  folder.write("scenarios/bas/a_call_is_answered.json",
               text_of(scenario_path("section/a_call_is_answered.json")));
  const Child child = castaway({"list"}, folder.path());
  EXPECT_EQ(child.out,
            "scenarios/bas/a_call_is_answered.json   BAS-010\n"
            "    In strict and classic.\n"
            "    Nothing goes wrong.\n"
            "\n"
            "1 scenario\n");
}

TEST(List, HasNothingToListWhereThereIsNoSuchFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(castaway({"list"}, folder.path()).exit_code, 4);
  EXPECT_EQ(castaway({"list", "."}, folder.path()).exit_code, 4);
}

TEST(List, OfCasesNamesTheScenariosThatShowThem) {
  const Child child = castaway({"list", "--cases", "ci/testdata/section"});
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, HasSubstr("\n         " + twice + "\n"));
  EXPECT_THAT(child.out, HasSubstr("\nAMO-060  "));
  EXPECT_THAT(child.out, EndsWith(", 3 of them shown by a scenario here\n"));
}

TEST(Explain, SaysOfACaseWhatIsDoneWhatMustHoldAndWhatShowsIt) {
  const TemporaryFolder folder;
  folder.write("scenarios/amo/a.json", text_of(std::string(CASTAWAY_SOURCE_DIR) + '/' + twice));
  const Child child = castaway({"explain", "AMO-060", "own-result"}, folder.path());
  EXPECT_EQ(child.exit_code, 0) << child.err;
  EXPECT_THAT(child.out, StartsWith("AMO-060  ack-lost-other-server   MUST\n  fault     "));
  EXPECT_THAT(child.out, HasSubstr("\n  shown by  scenarios/amo/a.json\n"));
  EXPECT_THAT(child.out, HasSubstr("\n\nBAS-010  own-result   MUST\n"));
  EXPECT_THAT(child.out, HasSubstr("\n  shown by  no scenario here\n"));
}

TEST(Explain, IsWhatTheReadmeShows) {
  const std::string readme = text_of(std::string(CASTAWAY_SOURCE_DIR) + "/README.md");
  const std::string command = "$ castaway explain COR-120\n";
  const std::size_t begin = readme.find(command) + command.size();
  ASSERT_GT(begin, command.size());
  EXPECT_EQ(readme.substr(begin, readme.find("```", begin) - begin),
            castaway({"explain", "COR-120"}).out);
}

TEST(Explain, NamesTheNearestCaseWhereThereIsNone) {
  const Child child = castaway({"explain", "own-resolt"});
  EXPECT_EQ(child.exit_code, 4);
  EXPECT_EQ(child.err, "castaway: there is no case \"own-resolt\"; did you mean own-result?\n");
  EXPECT_EQ(castaway({"explain"}).exit_code, 64);
}

TEST(Explain, KnowsWhichMutantsACaseKills) {
  EXPECT_THAT(castaway({"explain", "AMO-020"}).out,
              HasSubstr("\n  kills     M01 no-dedup: A server executes every delivery.\n"));
}

TEST(Schema, IsTheOneThatScenariosAreReadBy) {
  EXPECT_EQ(castaway({"schema"}).out, scenario::schema());
}

TEST(Check, SaysOfEachLawWhatItFound) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  EXPECT_EQ(castaway({"run", twice, "--profile", "classic", "--history", history}).exit_code, 0);
  const Child child = castaway({"check", history});
  EXPECT_EQ(child.exit_code, 1);
  expect_recorded("check.txt", masked(child.out, folder.path()));
}

TEST(Check, IsUndecidedWhereNoLawHasAnythingToJudge) {
  const TemporaryFolder folder;
  const std::string history = folder.write(
      "empty.jsonl", "{\"castaway-history\":1,\"events\":0,\"ending\":\"quiescent\"}\n");
  const Child child = castaway({"check", history});
  EXPECT_EQ(child.exit_code, 2) << child.err;
}

TEST(Check, ReadsStandardInput) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  EXPECT_EQ(castaway({"run", twice, "--profile", "strict", "--history", history}).exit_code, 0);
  const Child child = run_child({.arguments = {"check", "-"}, .input = history});
  EXPECT_EQ(child.exit_code, 0) << child.err;
}

TEST(Check, GoesOnAfterAFileThatIsNoHistory) {
  const TemporaryFolder folder;
  const std::string rubbish = folder.write("rubbish.jsonl", "rubbish\n");
  const std::string history = folder.path() + "/history.jsonl";
  EXPECT_EQ(castaway({"run", twice, "--profile", "strict", "--history", history}).exit_code, 0);
  const Child child = castaway({"check", rubbish, history, folder.path() + "/histroy.jsonl"});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, StartsWith(rubbish + ":1:1: "));
  EXPECT_THAT(
      child.err,
      HasSubstr("/histroy.jsonl: there is no such file or folder; the nearest is " + history));
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once    holds (1 judged)\n"));
}

TEST(Hashes, AreTheSameEachTimeAndWhereverTheyBegin) {
  const Child all = castaway({"hashes", "--seeds", "12", "--twice"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(all.out, castaway({"hashes", "--seeds", "12"}).out);
  const std::string last = castaway({"hashes", "--seeds", "1", "--first", "12"}).out;
  EXPECT_THAT(all.out, HasSubstr('\n' + last.substr(0, last.find('\n') + 1)));
  EXPECT_THAT(last, StartsWith("12 "));
}

TEST(Hashes, EndInADigestThatDependsOnAllOfThem) {
  const auto digest = [](const std::string& first) {
    const std::string out = castaway({"hashes", "--seeds", "3", "--first", first}).out;
    return out.substr(out.find("digest"));
  };
  EXPECT_THAT(digest("1"), testing::MatchesRegex("digest [0-9a-f]+\n"));
  EXPECT_NE(digest("1"), digest("2"));
}

}  // namespace

}  // namespace castaway::ci
