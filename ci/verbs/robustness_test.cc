// What the program does when something is not as it should be: its input, its output, its time.

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

const std::string answered = "ci/verbs/testdata/section/a_call_is_answered.json";
const std::string unanswered = "ci/verbs/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string long_run = "ci/verbs/testdata/long/many_many_runs.json";

Child run_text(const std::string& text) {
  const TemporaryFolder folder;
  Child child = castaway({"run", folder.write("a.json", text)});
  child.err = masked(child.err, folder.path());
  return child;
}

Child shell(const std::string& script) {
  return run_child({.program = "/bin/sh", .arguments = {"-c", script}});
}

std::string run_command(const std::string& path) {
  return std::string("'" CASTAWAY_PROGRAM "' run ") + path;
}

TEST(BadInput, IsPlacedByFileLineAndColumn) {
  const Child child = run_text("{\n  \"scenario\": 1,\n  \"nmae\": \"a\"\n}\n");
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_EQ(child.out, "");
  EXPECT_THAT(child.err, HasSubstr("FOLDER/a.json:3:"));
  EXPECT_THAT(child.err, HasSubstr("name"));
}

TEST(BadInput, OfAnyKindIsRefusedInLinesThatNameTheFile) {
  const std::string whole = text_of(scenario_path("section/a_call_is_answered.json"));
  std::vector<std::string> texts = {"",
                                    "\n",
                                    "null",
                                    "[]",
                                    "{}",
                                    "{\"scenario\": 2}",
                                    "{\"scenario\": \"1\", \"name\": 7}",
                                    std::string("\0\xff\xfe{", 4),
                                    std::string(100000, '['),
                                    "{\"scenario\": 1} {}",
                                    whole + whole};
  for (std::size_t length = 1; length + 2 < whole.size(); length += 97)
    texts.push_back(whole.substr(0, length));
  for (const std::string& text : texts) {
    const Child child = run_text(text);
    EXPECT_EQ(child.exit_code, 65) << text.substr(0, 80);
    EXPECT_EQ(child.out, "");
    EXPECT_THAT(child.err, StartsWith("FOLDER/a.json:")) << text.substr(0, 80);
    EXPECT_THAT(child.err, EndsWith("\n"));
  }
}

TEST(BadInput, OfAllFilesIsSaidAtOnce) {
  const TemporaryFolder folder;
  folder.write("x/a.json", "{\"scenario\": 1}");
  folder.write("x/b.json", "{\"scenario\"");
  const Child child = castaway({"run", folder.path(), folder.path() + "/y"});
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_THAT(child.err, HasSubstr("/x/a.json:1:1: "));
  EXPECT_THAT(child.err, HasSubstr("/x/b.json:1:"));
  EXPECT_THAT(child.err, HasSubstr("/y: there is no such file or folder"));
}

TEST(BadInput, IsAStrayFileInAFolderUnlessItIsGoldenOrASchema) {
  const TemporaryFolder folder;
  folder.write("a.json", text_of(scenario_path("section/a_call_is_answered.json")));
  folder.write("golden/wire.json", "{\"oslo.message\": \"{}\"}");
  folder.write("schema.json", "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}");
  EXPECT_EQ(castaway({"run", folder.path()}).exit_code, 0);
  folder.write("b.json", "{\"other\": 1}");
  const Child child = castaway({"run", folder.path()});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_EQ(child.err, folder.path() +
                           "/b.json: this is no scenario: it has no key \"scenario\" at its top\n");
}

TEST(NoInput, NamesTheNearestThatThereIs) {
  const Child child = castaway({"run", "ci/verbs/testdata/section/a_call_is_anwsered.json"});
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_EQ(
      child.err,
      "ci/verbs/testdata/section/a_call_is_anwsered.json: there is no such file or folder; the "
      "nearest is " +
          answered + "\n");
}

TEST(NoInput, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  const std::string loop = folder.path() + "/loop.json";
  std::filesystem::create_symlink(loop, loop);
  const Child child = castaway({"run", loop});
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_EQ(child.err, loop + ": cannot be read: Too many levels of symbolic links\n");
  EXPECT_EQ(castaway({"check", folder.path()}).err,
            folder.path() + ": cannot be read: Is a directory\n");
  EXPECT_EQ(castaway({"replay", "/dev/zero"}).err,
            "/dev/zero: cannot be read: it is larger than 32 MiB\n");
}

TEST(Selection, OfNothingIsAnError) {
  const TemporaryFolder folder;
  const Child child = castaway({"run", folder.path()});
  EXPECT_EQ(child.exit_code, 4);
  EXPECT_EQ(child.err, "castaway: nothing to run: there is no scenario in " + folder.path() + "\n");
  folder.write("a.json", text_of(scenario_path("section/a_fault_that_never_fires.json")));
  EXPECT_EQ(
      castaway({"run", folder.path(), "--profile", "classic"}).err,
      "castaway: nothing to run: no scenario in " + folder.path() + " lists profile classic\n");
}

TEST(BadUsage, IsOneLineAndExitCode64) {
  const Child child = castaway({"rnu", answered});
  EXPECT_EQ(child.exit_code, 64);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err, "castaway: there is no verb \"rnu\"; did you mean run?\n");
}

TEST(BadInput, OfAFindingIsSaidOnceItCannotBeRun) {
  // No linter has seen a finding; this one wants two processes of one name.
  const TemporaryFolder folder;
  std::string text = text_of(scenario_path("section/a_call_is_answered.json"));
  text.insert(
      text.find("\"servers\": [") + 12,
      "{ \"id\": \"s1\", \"topic\": \"t\", \"endpoint\": { \"ping\": [{ \"return\": null }] } },");
  text.insert(1, "\"deviations\": [], \"seed\": 4711,");
  const std::string path = folder.write("a.json", text);
  const Child child = castaway({"run", path, answered, "--profile", "strict"});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_EQ(child.err, path + ": /servers/1/id: there is already a process called \"s1\"\n");
  EXPECT_THAT(child.out, HasSubstr("\nUNFIT  " + path + "  strict\n"));
  EXPECT_THAT(masked(child.out), EndsWith("1 pass, 1 unfit (u)\n1 run in T s\nexit 65\n"));
}

TEST(Output, ToAFullDiskIsAnError) {
  const Child child = run_child({.arguments = {"run", answered}, .output = "/dev/full"});
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_EQ(child.err, "castaway: standard output cannot be written: No space left on device\n");
}

TEST(Output, ThatIsClosedIsAnErrorAndNoFileTakesItsPlace) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/history.jsonl";
  const Child child =
      shell("exec " + run_command(answered) + " --profile strict --history " + history + " >&-");
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_EQ(child.err, "castaway: standard output cannot be written: Bad file descriptor\n");
  EXPECT_EQ(text_of(history), "");
}

TEST(Output, ToAReaderThatLeavesEndsQuietly) {
  const Child child =
      shell(run_command("ci/verbs/testdata/section --out /dev/null/x") + " 2>&1 | head -n 1");
  EXPECT_EQ(child.out, "castaway 0.1.0   profiles strict and classic   seed of each scenario\n");
  EXPECT_EQ(child.err, "");
}

TEST(Output, OfAHistoryThatCannotBeWrittenDoesNotHideTheResults) {
  const Child pass = castaway({"run", answered, "--profile", "strict", "--history", "/dev/full"});
  EXPECT_EQ(pass.exit_code, 74);
  EXPECT_EQ(pass.err, "castaway: /dev/full: cannot be written: No space left on device\n");
  EXPECT_THAT(pass.out, HasSubstr("1 result: 1 pass"));
  EXPECT_THAT(pass.out, EndsWith("exit 74\n"));
  const TemporaryFolder folder;
  EXPECT_EQ(castaway({"run", unanswered, "--profile", "strict", "--history", "/dev/full", "--out",
                      folder.path()})
                .exit_code,
            1);
}

TEST(Output, OfAHistoryToNowhereIsRefusedBeforeAnythingRuns) {
  const Child child =
      castaway({"run", answered, "--profile", "strict", "--history", "/nowhere/history.jsonl"});
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err,
            "castaway: /nowhere/history.jsonl: cannot be written: No such file or directory\n");
}

TEST(Output, OfAFindingThatCannotBeKeptDoesNotHideIt) {
  const Child child =
      castaway({"run", unanswered, "--profile", "strict", "--out", "/dev/null/out"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(child.err, "castaway: /dev/null/out: cannot be written: Not a directory\n");
  EXPECT_THAT(child.out, HasSubstr("castaway run " + unanswered + " --profile strict -v\n"));
}

TEST(Interrupt, CutsTheRunInHandAndPrintsWhatIsKnown) {
  const Child child = run_child({.arguments = {"run", long_run}, .interrupt_at = "castaway"});
  EXPECT_EQ(child.exit_code, 130) << child.signal;
  EXPECT_THAT(child.out, HasSubstr("\n  strict  interrupted after "));
  EXPECT_THAT(
      masked(child.out),
      MatchesRegex("(.|\n)*1 scenario, 1 result: 1 interrupted\n[0-9,]+ runs? in T s\nexit 130\n"));
}

TEST(Interrupt, KeepsTheResultsThatAreThere) {
  const Child child = run_child(
      {.arguments = {"run", answered, long_run, "--jobs", "1"}, .interrupt_at = "SECTION"});
  EXPECT_EQ(child.exit_code, 130) << child.signal;
  EXPECT_THAT(child.out, HasSubstr("\nSECTION 1   .         .\n"));
  EXPECT_THAT(child.out, HasSubstr("\nLONG    1   i\n"));
}

TEST(Interrupt, EndsARunInTheMiddle) {
  // As many calls as one run may make: many seconds of them.
  const std::string many = R"({"scenario": 1, "name": "many",
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"m": []}}],
    "clients": [{"id": "c1"}],
    "script": [{"task": "c1/main", "repeat": 500, "steps": [
      {"call": {"as": "a", "repeat": 500, "topic": "t", "method": "m"}}]}],
    "expect": {"always": [{"law": "one-completion"}]}, "clock": {"limit": "1h"}, )";
  const TemporaryFolder folder;
  const std::string scenario =
      folder.write("a.json", many + R"("explore": {"strategy": "random", "runs": 1}})");
  const std::string replay = folder.write("b.json", many + R"("deviations": []})");
  const auto interrupted = [&](const std::string& words) {
    return run_child(
        {.program = "/bin/sh",
         .arguments = {"-c",
                       "timeout --foreground --preserve-status -s INT -k 60 2 '" CASTAWAY_PROGRAM
                       "' " +
                           words},
         .directory = folder.path()});
  };
  for (const std::string& words :
       {"run " + scenario, "replay " + replay, "shrink --profile strict " + scenario}) {
    const Child child = interrupted(words);
    EXPECT_EQ(child.exit_code, 130) << words << child.out << child.err;
    EXPECT_THAT(child.out + child.err, HasSubstr("interrupted")) << words;
  }
  const Child child = interrupted("explore --runs 1 --jobs 1 " + scenario);
  EXPECT_EQ(child.exit_code, 2) << child.err;
  EXPECT_THAT(child.out, HasSubstr("undecided: no run was made"));
}

TEST(Interrupt, DoesNotHideAFailure) {
  const TemporaryFolder folder;
  const Child child =
      run_child({.arguments = {"run", unanswered, long_run, "--out", folder.path(), "--jobs", "1"},
                 .interrupt_at = "SECTION"});
  EXPECT_EQ(child.exit_code, 1) << child.signal;
  EXPECT_THAT(child.out, HasSubstr("2 fail (F), 1 interrupted (i)"));
}

TEST(Progress, IsShownOnATerminalAloneAndGoesAway) {
  const Child child =
      run_child({.arguments = {"run", long_run}, .terminal = true, .interrupt_at = "  run "});
  EXPECT_EQ(child.exit_code, 130) << child.signal;
  EXPECT_THAT(child.out, HasSubstr("\r\033[K1 of 1  many-many-runs strict  run "));
  EXPECT_EQ(run_child({.arguments = {"run", long_run}, .interrupt_at = "castaway"}).err, "");
}

TEST(TwoAtOnce, DoNotDisturbEachOther) {
  const TemporaryFolder folder;
  const auto run = [&] {
    return std::async(std::launch::async, [&] {
      return castaway({"run", "ci/verbs/testdata/section", "--out", folder.path()});
    });
  };
  std::future<Child> first = run();
  std::future<Child> second = run();
  const Child one = first.get();
  EXPECT_EQ(masked(one.out), masked(second.get().out));
  EXPECT_EQ(one.exit_code, 1);
  const std::string finding = folder.path() + "/a-call-that-nobody-answers-returns.strict.json";
  EXPECT_EQ(castaway({"replay", finding}).exit_code, 1);
}

}  // namespace

}  // namespace castaway::ci
