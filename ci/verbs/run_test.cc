#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string answered = "ci/verbs/testdata/section/a_call_is_answered.json";
const std::string unanswered = "ci/verbs/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string twice = "ci/verbs/testdata/section/a_lost_ack_runs_a_call_twice.json";

/// Runs with a folder of its own for findings, which the output calls FOLDER.
Child run(std::vector<std::string> arguments) {
  const TemporaryFolder folder;
  arguments.insert(arguments.begin(), "run");
  arguments.insert(arguments.end(), {"--out", folder.path() + "/out"});
  Child child = castaway(arguments);
  child.out = masked(child.out, folder.path());
  return child;
}

TEST(Run, OfAFolderPrintsALineASectionAndABlockAFinding) {
  const Child child = run({"ci/verbs/testdata/section"});
  EXPECT_EQ(child.err, "");
  EXPECT_EQ(child.exit_code, 1);
  expect_recorded("run_section.txt", child.out);
}

/// Delivery faults as they were reported in public, and what an argument makes of each.
TEST(Run, ArguesDownToTheFault) {
  const Child child = run({"ci/verbs/testdata/arguments"});
  EXPECT_EQ(child.err, "");
  EXPECT_EQ(child.exit_code, 1);
  expect_recorded("run_arguments.txt", child.out);
}

TEST(Run, OfAFileSaysInEachProfileWhatHeldOrWhyNot) {
  const Child child = run({twice});
  EXPECT_EQ(child.err, "");
  EXPECT_EQ(child.exit_code, 0);
  expect_recorded("run_file.txt", child.out);
}

TEST(Run, DrawsATimeline) {
  const Child child = run({twice, "--profile", "classic", "--timeline"});
  EXPECT_EQ(child.exit_code, 0);
  expect_recorded("run_timeline.txt", child.out);
}

TEST(Run, ThatIsVerboseSaysWhatEachPropertyJudged) {
  const Child child = run({unanswered, "--profile", "strict", "-v"});
  EXPECT_EQ(child.exit_code, 1);
  expect_recorded("run_verbose.txt", child.out);
}

TEST(Run, ThatIsQuietHidesWhatWasExpected) {
  const Child child = run({answered, twice, "-q"});
  EXPECT_EQ(child.out,
            "castaway 0.1.0   profiles strict and classic   seed of each scenario\n"
            "\n"
            "            strict    classic\n"
            "SECTION 2   ..        .x\n"
            "\n"
            "2 scenarios, 4 results: 3 pass, 1 expected failure (x)\n"
            "4 runs in T s\n"
            "exit 0\n");
}

TEST(Run, HasAColumnForEachProfileWhateverItsName) {
  const std::string astray =
      "scenarios/examples/amo/a_copy_for_another_server_needs_a_claim_store.json";
  EXPECT_EQ(run({answered, astray, "-q"}).out,
            "castaway 0.1.0   profiles strict, classic and strict+claims   seed of each scenario\n"
            "\n"
            "            strict          classic         strict+claims\n"
            "SECTION 1   .               .\n"
            "AMO     1   x               x               .\n"
            "\n"
            "2 scenarios, 5 results: 3 pass, 2 expected failures (x)\n"
            "5 runs in T s\n"
            "exit 0\n");
}

TEST(Run, OfOneProfileLeavesOutWhatAFolderHasForTheOther) {
  EXPECT_THAT(run({"ci/verbs/testdata/section", "--profile", "classic"}).out,
              HasSubstr("\nSECTION 4   .Fsx\n"));
}

TEST(Run, OfAFileDoesNotAskWhichProfilesItLists) {
  const Child child =
      run({"ci/verbs/testdata/section/a_fault_that_never_fires.json", "--profile", "classic"});
  EXPECT_EQ(child.exit_code, 2);
  EXPECT_THAT(child.out, HasSubstr("\n  classic  vacuous\n"));
}

TEST(Run, EndsWithTheWorstThatHappened) {
  EXPECT_EQ(run({answered}).exit_code, 0);
  EXPECT_EQ(run({answered, "ci/verbs/testdata/section/a_fault_that_never_fires.json"}).exit_code,
            2);
  EXPECT_EQ(run({"ci/verbs/testdata/section/a_failure_that_does_not_come.json",
                 "ci/verbs/testdata/section/a_fault_that_never_fires.json"})
                .exit_code,
            3);
  EXPECT_EQ(
      run({"ci/verbs/testdata/section/a_failure_that_does_not_come.json", unanswered}).exit_code,
      1);
}

TEST(Run, IsTheSameWithAnyNumberOfJobs) {
  EXPECT_EQ(run({"ci/verbs/testdata/section", "--jobs", "1"}).out,
            run({"ci/verbs/testdata/section", "--jobs", "7"}).out);
}

TEST(Run, TakesAnotherSeedAndNumberOfRuns) {
  const Child child = run({answered, "--profile", "strict", "--seed", "4711", "--runs", "3"});
  EXPECT_THAT(child.out, StartsWith("castaway 0.1.0   profile strict   seed 4711\n"));
  EXPECT_THAT(child.out, EndsWith("1 scenario, 1 result: 1 pass\n3 runs in T s\nexit 0\n"));
}

TEST(Run, PrintsNoEscapeCodesUnlessOnATerminal) {
  EXPECT_THAT(run({"ci/verbs/testdata/section"}).out, Not(HasSubstr("\033")));
  const auto on_terminal = [](std::vector<std::string> arguments,
                              std::vector<std::string> environment) {
    arguments.insert(arguments.begin(), {"run", answered});
    return run_child({.arguments = arguments, .environment = environment, .terminal = true}).out;
  };
  EXPECT_THAT(on_terminal({}, {}), HasSubstr("\033[32mpass\033[0m"));
  EXPECT_THAT(on_terminal({"--no-color"}, {}), Not(HasSubstr("\033")));
  EXPECT_THAT(on_terminal({}, {"NO_COLOR=1"}), Not(HasSubstr("\033")));
}

TEST(Run, KeepsAFindingThatReplaysTheFailure) {
  const TemporaryFolder folder;
  const Child child =
      castaway({"run", unanswered, "--profile", "strict", "--out", folder.path() + "/out"});
  const std::string path = folder.path() + "/out/a-call-that-nobody-answers-returns.strict.json";
  EXPECT_THAT(child.out, HasSubstr("castaway replay " + path + "\n"));
  EXPECT_THAT(text_of(path), HasSubstr("\"property\": \"it-returns\""));
  EXPECT_EQ(castaway({"replay", path}).exit_code, 1);
}

TEST(Run, NamesItselfAsAScriptThatRunsItWants) {
  const Child child = run_child(
      {.arguments = {"run", twice, "-v"}, .environment = {"CASTAWAY_COMMAND=ci/castaway"}});
  EXPECT_THAT(child.out, HasSubstr("ci/castaway run " + twice + " --profile classic --timeline\n"));
}

TEST(Run, KeepsBothFindingsOfTwoScenariosOfOneName) {
  const TemporaryFolder folder;
  const std::string text = text_of(std::string(CASTAWAY_SOURCE_DIR) + '/' + unanswered);
  folder.write("in/a/x.json", text);
  folder.write("in/b/x.json", text);
  const Child child = castaway({"run", "in", "--profile", "strict", "--out", "out"}, folder.path());
  const std::string name = "out/a-call-that-nobody-answers-returns.strict";
  EXPECT_THAT(child.out, HasSubstr("castaway replay " + name + ".json\n"));
  EXPECT_THAT(child.out, HasSubstr("castaway replay " + name + "-again.json\n"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() + '/' + name + "-again.json"));
}

TEST(Run, WritesWhatCameOfEachScenarioForOtherPrograms) {
  const TemporaryFolder folder;
  const std::string results = folder.path() + "/new/results.jsonl";
  const Child child = castaway({"run", twice, "--results", results, "--out", folder.path()});
  EXPECT_EQ(child.exit_code, 0) << child.err;
  std::istringstream lines(text_of(results));
  std::vector<nlohmann::json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0]["profile"], "strict");
  EXPECT_EQ(objects[0]["result"], "pass");
  EXPECT_EQ(objects[1]["scenario"], "a-lost-ack-runs-a-call-twice");
  EXPECT_EQ(objects[1]["path"], twice);
  EXPECT_EQ(objects[1]["result"], "expected failure");
  EXPECT_EQ(objects[1]["broken"], nlohmann::json::array({"at-most-once"}));
}

TEST(Run, SaysThatResultsCannotBeWritten) {
  const Child child = castaway({"run", twice, "--results", "/dev/null/results.jsonl"});
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_EQ(child.err, "castaway: /dev/null: cannot be written: Not a directory\n");
}

TEST(Run, LeadsWithWhatWasNotExpected) {
  // Profile classic is known to run the call twice; that it must be slow besides is new.
  const TemporaryFolder folder;
  std::string text = text_of(std::string(CASTAWAY_SOURCE_DIR) + '/' + twice);
  const std::string law = "{ \"law\": \"at-most-once\" },";
  text.insert(
      text.find(law) + law.size(),
      "{ \"id\": \"it-is-slow\", \"within\": { \"from\": { \"ev\": \"invoke\", \"op\": \"pay\" }, "
      "\"to\": { \"ev\": \"complete\", \"op\": \"pay\" }, \"min\": \"1s\", \"max\": \"2s\" } },");
  const Child child = run({folder.write("a.json", text), "--profile", "classic", "-q"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out,
              HasSubstr("\n      it-is-slow: from invoke of pay to complete of pay it took "));
  EXPECT_THAT(child.out, HasSubstr("\n      at-most-once is broken too, as is expected.\n"));
}

TEST(Run, KeepsNothingWhereNothingFailed) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      castaway({"run", scenario_path("section/a_lost_ack_runs_a_call_twice.json")}, folder.path())
          .exit_code,
      0);
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/castaway-out"));
}

TEST(Run, WritesAHistoryThatCheckJudgesAlike) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  EXPECT_EQ(run({twice, "--profile", "strict", "--history", history}).exit_code, 0);
  EXPECT_EQ(castaway({"check", history}).exit_code, 0);
  EXPECT_EQ(run({twice, "--profile", "classic", "--history", history}).exit_code, 0);
  EXPECT_EQ(castaway({"check", history}).exit_code, 1);
}

TEST(Run, WritesTheSameHistoryEachTime) {
  const TemporaryFolder folder;
  const auto history = [&](const std::string& name) {
    const std::string path = folder.path() + '/' + name;
    EXPECT_EQ(run({twice, "--profile", "classic", "--history", path}).exit_code, 0);
    return text_of(path);
  };
  EXPECT_EQ(history("a"), history("b"));
}

TEST(Run, RefusesToPutManyHistoriesInOneFile) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  const Child many = run({"ci/verbs/testdata/section", "--history", history});
  EXPECT_EQ(many.exit_code, 64);
  EXPECT_EQ(many.err,
            "castaway: run: --history takes one scenario in one profile, and 10 are selected\n");
  const Child both = run({twice, "--history", history});
  EXPECT_EQ(both.err,
            "castaway: run: --history takes one scenario in one profile, and 2 are selected; "
            "choose one with "
            "--profile\n");
  EXPECT_EQ(run({"ci/verbs/testdata/section", "--timeline"}).err,
            "castaway: run: --timeline draws one scenario, and 6 are selected\n");
  EXPECT_FALSE(std::filesystem::exists(history));
}

TEST(Run, WillNotOverwriteTheScenarioWithItsHistory) {
  const TemporaryFolder folder;
  const std::string text = text_of(scenario_path("section/a_call_is_answered.json"));
  const std::string path = folder.write("a.json", text);
  EXPECT_EQ(run({path, "--profile", "strict", "--history", path}).exit_code, 64);
  EXPECT_EQ(text_of(path), text);
}

TEST(Run, RunsNothingWhereABrokerCannotBeReached) {
  const TemporaryFolder folder;
  const std::string results = folder.path() + "/results";
  const Child child =
      run({answered, "--results", results, "--transport", "rabbit://me:secret@127.0.0.1:1/"});
  EXPECT_EQ(child.exit_code, 69);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err,
            "castaway: rabbit://me:***@127.0.0.1:1/ cannot be reached: 127.0.0.1:1: Connection "
            "refused\n");
  EXPECT_FALSE(std::filesystem::exists(results));
}

TEST(Run, SaysHowABrokersURLIsSpelled) {
  const Child child = run({answered, "--transport", "localhost:5672"});
  EXPECT_EQ(child.exit_code, 64);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err,
            "castaway: --transport \"localhost:5672\": a broker's URL begins with rabbit:// or "
            "nats://; did you mean rabbit://localhost:5672/?\n");
}

}  // namespace

}  // namespace castaway::ci
