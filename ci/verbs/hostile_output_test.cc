// What the program does where it cannot write, or should not: devices, links, other campaigns, and
// readers that leave.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string program = "'" CASTAWAY_PROGRAM "' ";
const std::string answered = "ci/verbs/testdata/section/a_call_is_answered.json";
const std::string unanswered = "ci/verbs/testdata/section/a_call_that_nobody_answers_returns.json";
const std::string long_run = "ci/verbs/testdata/long/many_many_runs.json";

Child shell(const std::string& script) {
  return run_child({.program = "/bin/bash", .arguments = {"-c", script}});
}

std::string shrink_to(const std::string& output) {
  return program + "shrink " + unanswered + " --profile strict --budget 20 --output " + output;
}

TEST(FullDisk, IsSaidByEveryVerbThatWrites) {
  const TemporaryFolder folder;
  const std::string out = " --out " + folder.path();
  const std::string finding = folder.path() + "/a-call-that-nobody-answers-returns.strict.json";
  ASSERT_EQ(shell(program + "run " + unanswered + " --profile strict" + out).exit_code, 1);
  std::vector<std::string> commands = {
      shrink_to("/dev/full"), program + "run " + answered + " --results /dev/full",
      program + "run " + answered + " --profile strict --history /dev/full",
      program + "explore --generated --runs 1 --seed 1 --results /dev/full" + out};
  // Not every build has the mutants.
  if (fs::exists(CASTAWAY_PROGRAM "-mutants"))
    commands.push_back(program + "self-test --mutant M01 --runs 1 --time 1s --results /dev/full");
  for (const std::string& command : commands) {
    const Child child = shell(command);
    EXPECT_EQ(child.exit_code, 74) << command << child.out;
    EXPECT_THAT(child.err, EndsWith("/dev/full: cannot be written: No space left on device\n"))
        << command;
  }
  // What is known to fail stays known.
  EXPECT_EQ(shell(program + "replay " + finding + " --history /dev/full").exit_code, 1);
}

TEST(Output, ToAPipeGoesThroughIt) {
  const TemporaryFolder folder;
  const std::string pipe = folder.path() + "/pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const Child child = shell("cat " + pipe + " & " + shrink_to(pipe) + " > /dev/null; echo $? >&2");
  EXPECT_EQ(child.err, "0\n");
  EXPECT_THAT(child.out, HasSubstr("\"finding\": "));
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST(Output, FollowsLinksAndKeepsPermissions) {
  const TemporaryFolder folder;
  const std::string file = folder.write("there/file.json", "old");
  const std::string link = folder.path() + "/link.json";
  const std::string fresh = folder.path() + "/fresh.json";
  fs::permissions(file, fs::perms(0640));
  fs::create_symlink("there/file.json", link);
  fs::create_symlink("there/new.json", fresh);
  EXPECT_EQ(shell(shrink_to(link)).exit_code, 0);
  EXPECT_EQ(shell(shrink_to(fresh)).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(link) && fs::is_symlink(fresh));
  EXPECT_THAT(text_of(file), HasSubstr("\"finding\": "));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0640));
  EXPECT_EQ(text_of(folder.path() + "/there/new.json"), text_of(file));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() + "/there"), {}), 2);
}

TEST(Output, ToTheFileThatIsStandardOutputDestroysNothing) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/both";
  EXPECT_EQ(shell(shrink_to("/dev/stdout") + " > " + file).exit_code, 0);
  EXPECT_THAT(text_of(file), StartsWith("{"));
  EXPECT_THAT(text_of(file), EndsWith("exit 0\n"));
}

TEST(Output, ToAFolderOrACircleOfLinksIsRefused) {
  const TemporaryFolder folder;
  const std::string loop = folder.path() + "/loop";
  fs::create_symlink(loop, loop);
  EXPECT_EQ(shell(shrink_to(folder.path())).err,
            "castaway: " + folder.path() + ": cannot be written: Is a directory\n");
  const Child child = shell(program + "run " + answered + " --results " + loop);
  EXPECT_EQ(child.exit_code, 74);
  EXPECT_EQ(child.err,
            "castaway: " + loop + ": cannot be written: Too many levels of symbolic links\n");
}

TEST(TwoCampaigns, DoNotWriteToOneFolderAtOnce) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  const std::string first = program + "explore --generated --time 60s --jobs 2 --out " + out;
  const std::string second =
      program + "explore --generated --runs 9 --seed 1 --jobs 1 --out " + out;
  const Child child =
      shell("set -m; " + first + " > " + folder.path() + "/first & " + "while ! [ -s " +
            folder.path() + "/first ]; do sleep 0.1; done; " + second +
            " > /dev/null; echo second $?; kill -KILL %1; wait %1; sleep 0.5; " + second +
            " > /dev/null; echo third $?");
  EXPECT_THAT(child.out, HasSubstr("second 74\n"));
  EXPECT_THAT(child.out, testing::Not(HasSubstr("third 74\n"))) << child.err;
  EXPECT_THAT(child.err, HasSubstr("castaway: " + out +
                                   ": another campaign is writing there; wait until it has ended, "
                                   "or give another --out\n"));
}

TEST(TwoCampaigns, DoNotWriteToOneFileAtOnce) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/results";
  const std::string flags = " --results " + file + " --out " + folder.path();
  const Child child =
      shell("set -m; " + program + "run " + answered + " " + long_run + flags +
            " > /dev/null & while ! [ -s " + file + " ]; do sleep 0.1; done; " + program + "run " +
            answered + flags + "; echo second $?; " + "kill -KILL %1; " + program + "run " +
            answered + flags + " > /dev/null; echo third $?");
  EXPECT_THAT(child.out, EndsWith("second 74\nthird 0\n"));
  EXPECT_THAT(child.err, HasSubstr("castaway: " + file +
                                   ": another castaway is writing it; wait until it has ended, or "
                                   "name another file\n"));
}

TEST(ShardsOfACampaign, ShareAFolder) {
  const TemporaryFolder folder;
  const std::string explore =
      program + "explore --generated --runs 60 --seed 3 --profile strict --out " + folder.path();
  const Child child = shell(explore + " --shard 1/2 > /dev/null & " + explore +
                            " --shard 2/2 > /dev/null; echo $?; wait %1; echo $?");
  EXPECT_THAT(child.out, testing::Not(HasSubstr("74"))) << child.err;
}

TEST(Hangup, CutsTheRunInHandAndLeavesTheResults) {
  const TemporaryFolder folder;
  const std::string results = folder.path() + "/results";
  const Child child =
      run_child({.arguments = {"run", answered, long_run, "--results", results, "--jobs", "1"},
                 .interrupt_at = "SECTION",
                 .interrupt_by = SIGHUP});
  EXPECT_EQ(child.exit_code, 130) << child.signal;
  EXPECT_THAT(child.out, EndsWith("exit 130\n"));
  EXPECT_THAT(text_of(results), HasSubstr("\"result\":\"interrupted\""));
}

TEST(Hangup, IsIgnoredUnderNohup) {
  const Child child = shell("trap '' HUP; " + program + "run " + long_run +
                            " --runs 300 > /dev/null & sleep 0.3; kill -HUP $!; wait $!");
  EXPECT_EQ(child.exit_code, 0);
}

TEST(AReaderThatLeaves, EndsTheRunAndLeavesTheResults) {
  const TemporaryFolder folder;
  const std::string results = folder.path() + "/results";
  const Child child = shell("{ " + program + "run " + answered + " " + long_run + " --jobs 1" +
                            " --results " + results + "; echo $? >&2; } | head -n 1");
  EXPECT_EQ(child.err, "74\n");
  EXPECT_THAT(text_of(results), HasSubstr("a_call_is_answered.json"));
  EXPECT_EQ(shell("{ " + program + "list; echo $? >&2; } | true").err, "74\n");
  // What has failed counts for more.
  const Child failing =
      shell("{ " + program + "run " + unanswered + " " + long_run + " --jobs 1 --runs 300 --out " +
            folder.path() + "; echo $? >&2; } | sed -n /SECTION/q");
  EXPECT_EQ(failing.err, "1\n");
}

}  // namespace

}  // namespace castaway::ci
