#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string twice = "ci/verbs/testdata/section/a_lost_ack_runs_a_call_twice.json";

TEST(List, NamesCasesAndProfilesAndWhatIsKnownToBreak) {
  const Child child = castaway({"list", "ci/verbs/testdata/section"});
  EXPECT_EQ(child.exit_code, 0);
  expect_recorded("list.txt", child.out);
}

TEST(List, TakesTheFolderScenariosIfNoneIsNamed) {
  const TemporaryFolder folder;
  folder.write("scenarios/examples/bas/a_call_is_answered.json",
               text_of(scenario_path("section/a_call_is_answered.json")));
  const Child child = castaway({"list"}, folder.path());
  EXPECT_EQ(child.out,
            "scenarios/examples/bas/a_call_is_answered.json   BAS-010\n"
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
  const Child child = castaway({"list", "--cases", "ci/verbs/testdata/section"});
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, HasSubstr("\n         " + twice + "\n"));
  EXPECT_THAT(child.out, HasSubstr("\nAMO-060  "));
  EXPECT_THAT(child.out, EndsWith(", 3 of them shown by a scenario here\n"));
}

TEST(Explain, SaysOfACaseWhatIsDoneWhatMustHoldAndWhatShowsIt) {
  const TemporaryFolder folder;
  folder.write("scenarios/examples/amo/a.json",
               text_of(std::string(CASTAWAY_SOURCE_DIR) + '/' + twice));
  const Child child = castaway({"explain", "AMO-060", "own-result"}, folder.path());
  EXPECT_EQ(child.exit_code, 0) << child.err;
  EXPECT_THAT(child.out, StartsWith("AMO-060  ack-lost-other-server   MUST\n  fault     "));
  EXPECT_THAT(child.out, HasSubstr("\n  shown by  scenarios/examples/amo/a.json\n"));
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
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_THAT(child.err, StartsWith(rubbish + ":1:1: "));
  EXPECT_THAT(
      child.err,
      HasSubstr("/histroy.jsonl: there is no such file or folder; the nearest is " + history));
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once      holds (1 judged)\n"));
}

TEST(Check, JudgesOnlyByTheLawsThatAreNamed) {
  const TemporaryFolder folder;
  const std::string history = folder.write("accepted.jsonl",
                                           R"({"castaway-history":2}
{"at":0,"kind":"invoke","actor":"c1","op":"a","operation":"cast"}
{"at":1,"kind":"accept","actor":"broker","op":"a"}
)");
  const Child child = castaway({"check", history, "--law", "quiet-broker"});
  EXPECT_EQ(child.exit_code, 1) << child.err;
  EXPECT_THAT(child.out, HasSubstr("\n  quiet-broker      violated once (1 judged)\n"));
  EXPECT_THAT(child.out, Not(HasSubstr("at-most-once")));

  const Child unknown = castaway({"check", history, "--law", "quite-broker"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_THAT(unknown.err,
              HasSubstr("there is no law \"quite-broker\"; did you mean quiet-broker?"));
}

TEST(Check, JudgesInWindowsWhatIsTooLongForOne) {
  const TemporaryFolder folder;
  const std::string history = folder.write("long.jsonl",
                                           R"({"castaway-history":2,"streamed":true}
{"at":0,"kind":"invoke","actor":"c1","op":"open","operation":"call"}
{"at":1,"kind":"invoke","actor":"c1","op":"a","operation":"call"}
{"at":2,"kind":"execute","actor":"s1","op":"a"}
{"at":3,"kind":"done","actor":"s1","op":"a"}
{"at":4,"kind":"return","actor":"c1","op":"a"}
{"at":5,"kind":"invoke","actor":"c1","op":"b","operation":"call"}
{"at":6,"kind":"execute","actor":"s1","op":"b"}
{"at":7,"kind":"execute","actor":"s1","op":"b"}
{"at":8,"kind":"ret)");
  const Child child = castaway({"check", history, "--window", "4"});
  EXPECT_EQ(child.exit_code, 1) << child.err;
  EXPECT_THAT(child.out, HasSubstr("  8 events, until it was cut off, in windows of 4 events\n"));
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once      violated once (2 judged"));
  EXPECT_THAT(child.out,
              HasSubstr("\n  own-reply         vacuous: 1 operation began before the history\n"));
  EXPECT_THAT(child.out,
              HasSubstr("\n  2 operations had not completed when their invokes left the window."));
  EXPECT_THAT(child.out, HasSubstr("event 7  7ns  s1 executed b again\n"));

  const Child tiny = castaway({"check", history, "--window", "1"});
  EXPECT_EQ(tiny.exit_code, 64);
  EXPECT_THAT(tiny.err, HasSubstr("--window wants a whole number from 2 to "));
  const Child drawn = castaway({"check", history, "--window", "4", "--timeline"});
  EXPECT_EQ(drawn.exit_code, 64);
  EXPECT_THAT(drawn.err, HasSubstr("--timeline draws a whole history; leave out --window"));
}

TEST(Check, TellsASuspicionFromAViolation) {
  const TemporaryFolder folder;
  const std::string history = folder.write("suspect.jsonl",
                                           R"({"castaway-history":2}
{"at":0,"kind":"execute","actor":"s1","op":"a"}
{"at":1,"kind":"execute","actor":"s2","op":"a","suspect":true}
)");
  const Child child = castaway({"check", history});
  EXPECT_EQ(child.exit_code, 2) << child.err;
  EXPECT_THAT(child.out, HasSubstr("\n  at-most-once      suspected once (1 judged)\n"));
  EXPECT_THAT(child.out, HasSubstr("Suspected, because it rests on events that nobody saw:\n"));
  EXPECT_THAT(child.out, HasSubstr("was executed twice, by s1 and s2."));
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
