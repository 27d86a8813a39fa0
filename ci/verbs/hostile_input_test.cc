// What the program makes of input that never ends, leads nowhere, or cannot be read: it is named,
// and what can be read goes on.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string program = "'" CASTAWAY_PROGRAM "' ";
const std::string answered = "ci/verbs/testdata/section/a_call_is_answered.json";

/// Every verb that reads files.
const std::vector<std::string> readers = {"run",    "list",  "explore", "replay",
                                          "shrink", "check", "merge"};

/// AddressSanitizer takes terabytes, of which it uses few.
constexpr bool memory_can_be_limited() {
#if defined(__SANITIZE_ADDRESS__)  // g++
  return false;
#elif defined(__has_feature)  // clang
  return !__has_feature(address_sanitizer);
#else
  return true;
#endif
}

/// With half a gigabyte of memory, a minute, and `folder` as the place for what it writes.
Child shell(const std::string& script, const TemporaryFolder& folder) {
  return run_child(
      {.program = "/bin/bash",
       .arguments = {"-c", (memory_can_be_limited() ? "ulimit -v 500000; " : "") + script},
       .environment = {"OUT=" + folder.path() + "/out"},
       .timeout = std::chrono::seconds(60)});
}

std::string out_of(const std::string& verb) {
  return verb == "run" || verb == "explore" || verb == "merge" ? " --out $OUT" : "";
}

std::string scenario() { return text_of(scenario_path("section/a_call_is_answered.json")); }

TEST(EndlessInput, IsRefusedByEveryVerbInLittleMemory) {
  const TemporaryFolder folder;
  for (const std::string& verb : readers) {
    const Child child = shell(program + verb + " /dev/zero" + out_of(verb), folder);
    EXPECT_TRUE(child.exit_code == 65 || child.exit_code == 66) << verb << child.exit_code;
    EXPECT_THAT(child.err, StartsWith("/dev/zero:")) << verb;
    EXPECT_THAT(child.err, HasSubstr(" MiB")) << verb;
  }
}

TEST(EndlessInput, IsRefusedFromAPipeToo) {
  const TemporaryFolder folder;
  const Child check = shell("cat /dev/zero | " + program + "check -", folder);
  EXPECT_EQ(check.exit_code, 65);
  EXPECT_EQ(check.err, "standard input:1:1: the line is longer than 16 MiB\n");
  EXPECT_EQ(check.out, "\nexit 65\n");
  EXPECT_EQ(shell("yes | " + program + "run -", folder).err,
            "standard input: cannot be read: it is larger than 32 MiB\n");
}

TEST(Input, ComesFromPipesWithEveryByte) {
  const TemporaryFolder folder;
  const std::string history = folder.path() + "/h.jsonl";
  ASSERT_EQ(castaway({"run", answered, "--profile", "strict", "--history", history}).exit_code, 0);
  for (const std::string& from : {"<(cat " + history + ")", "- < " + history}) {
    const Child child = shell(program + "check " + from, folder);
    EXPECT_EQ(child.exit_code, 0) << child.err;
    EXPECT_THAT(child.out, HasSubstr("holds"));
  }
  EXPECT_EQ(shell(program + "run <(cat " + answered + ")", folder).exit_code, 0);
  EXPECT_EQ(shell("cat " + answered + " | " + program + "run -", folder).exit_code, 0);
}

TEST(Links, InACircleAreNoInputForAnyVerb) {
  const TemporaryFolder folder;
  const std::string loop = folder.path() + "/loop";
  fs::create_symlink(loop, loop);
  for (const std::string& verb : readers) {
    for (const std::string& path : {loop, loop + "/a.json"}) {
      const Child child = shell(program + verb + " " + path + out_of(verb), folder);
      EXPECT_EQ(child.exit_code, 66) << verb;
      EXPECT_EQ(child.err, path + ": cannot be read: Too many levels of symbolic links\n") << verb;
    }
  }
}

TEST(Links, InACircleInAFolderAreNamedAndNotFollowed) {
  const TemporaryFolder folder;
  folder.write("a/b.json", scenario());
  const std::string loop = folder.path() + "/a/loop.json";
  const std::string other = folder.path() + "/a/other.json";
  fs::create_symlink(loop, loop);
  fs::create_symlink(folder.path() + "/nothing", other);
  fs::create_symlink(folder.path(), folder.path() + "/a/above");
  const Child child = castaway({"run", folder.path()});
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_EQ(child.err, loop + ": cannot be read: Too many levels of symbolic links\n" + other +
                           ": there is no such file or folder: it is a link to " + folder.path() +
                           "/nothing\n");
  EXPECT_THAT(masked(child.out),
              EndsWith("2 inputs are left out: they are named on standard error\n\n"
                       "1 scenario, 2 results: 2 pass\n2 runs in T s\nexit 66\n"));
}

TEST(Folder, LeavesOutWhatIsNoFile) {
  const TemporaryFolder folder;
  folder.write("b.json", scenario());
  ASSERT_EQ(mkfifo((folder.path() + "/a.json").c_str(), 0600), 0);
  const Child child = castaway({"list", folder.path()});
  EXPECT_EQ(child.exit_code, 0);
  EXPECT_THAT(child.out, EndsWith("1 scenario\n"));
}

TEST(Folder, ThatCannotBeReadIsNamedAndTheRestRuns) {
  const TemporaryFolder folder;
  folder.write("good/a.json", scenario());
  folder.write("locked/b.json", scenario());
  fs::permissions(folder.path(), fs::perms(0755));
  fs::permissions(folder.path() + "/locked", fs::perms(0));
  // For root no folder is locked.
  const std::string as = geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups " : "";
  const Child child = shell(as + program + "run --out $OUT " + folder.path(), folder);
  fs::permissions(folder.path() + "/locked", fs::perms(0700));
  EXPECT_EQ(child.exit_code, 66);
  EXPECT_EQ(child.err, folder.path() + "/locked: cannot be read: Permission denied\n");
  EXPECT_THAT(child.out, HasSubstr("1 scenario, 2 results: 2 pass"));
}

TEST(BadInput, IsNamedAndTheRestRuns) {
  const TemporaryFolder folder;
  folder.write("a.json", "{\"scenario\": 1");
  folder.write("b.json", scenario());
  const std::vector<std::string> paths = {folder.path(), folder.path() + "/none.json"};
  const Child run = castaway({"run", paths[0], paths[1]});
  EXPECT_EQ(run.exit_code, 66);
  EXPECT_THAT(run.err, HasSubstr("/a.json:1:15: this is not JSON"));
  EXPECT_THAT(run.err, HasSubstr("/none.json: there is no such file or folder"));
  EXPECT_THAT(run.out, HasSubstr("1 scenario, 2 results: 2 pass"));
  const Child list = castaway({"list", paths[0]});
  EXPECT_EQ(list.exit_code, 65);
  EXPECT_THAT(list.out,
              EndsWith("1 scenario\n1 input is left out: it is named on standard error\n"));
  const Child explore = castaway(
      {"explore", paths[0], "--runs", "20", "--seed", "1", "--out", folder.path() + "/out"});
  EXPECT_EQ(explore.exit_code, 65);
  EXPECT_THAT(explore.out, HasSubstr("20 runs"));
}

TEST(BadInput, GivesWayToAFailure) {
  const TemporaryFolder folder;
  folder.write("a.json", "{}");
  folder.write("b.json", text_of(scenario_path("section/a_call_that_nobody_answers_returns.json")));
  EXPECT_EQ(castaway({"run", folder.path(), "--out", folder.path() + "/out"}).exit_code, 1);
}

TEST(BadInput, OfMergeIsNamedAndTheOtherShardsAreAdded) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  for (const std::string shard : {"1/2", "2/2"})
    static_cast<void>(castaway({"explore", "--generated", "--profile", "strict", "--runs", "40",
                                "--seed", "7", "--shard", shard, "--out", out}));
  const std::string bad = folder.write("bad.jsonl", "{}\n");
  const Child child = castaway(
      {"merge", out + "/explore-1-of-2.jsonl", bad, out + "/explore-2-of-2.jsonl", "--out", out});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, StartsWith(bad + ":1: "));
  EXPECT_THAT(child.out, HasSubstr("2 shards merged"));
  const Child alone = castaway({"merge", bad, "--out", out});
  EXPECT_EQ(alone.exit_code, 65);
  EXPECT_EQ(alone.out, "");
}

TEST(BadInput, OfMergeMayBeOfAShardThatThereCannotBe) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  static_cast<void>(castaway({"explore", "--generated", "--profile", "strict", "--runs", "9",
                              "--seed", "7", "--out", out}));
  std::string text = text_of(out + "/explore.jsonl");
  text.replace(text.find("\"shard\":[1,1]"), 13, "\"shard\":[1,99999999999]");
  const Child child = castaway({"merge", folder.write("bad.jsonl", text), "--out", out});
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, HasSubstr("its shard is no part of a whole"));
}

TEST(LargeScenarios, OfManyStepsAreReadInLinearTime) {
  const TemporaryFolder folder;
  const auto listed = [&](const std::string& key) {
    std::string steps;
    for (int i = 0; i < 240000; ++i)
      steps += "{\"cast\": {\"as\": \"c" + std::to_string(i) + "\", \"" + key +
               "\": \"t\", \"method\": \"ping\"}},\n";
    std::string text = scenario();
    text.insert(text.find("\"steps\": [") + 10, steps);
    // It takes some seconds; when each step was compared with all others, a minute and a half.
    return run_child(
        {.arguments = {"list", folder.write("a.json", text)}, .timeout = std::chrono::seconds(60)});
  };
  const Child good = listed("topic");
  EXPECT_EQ(good.exit_code, 0) << good.err;
  const Child bad = listed("tropic");
  EXPECT_EQ(bad.exit_code, 65);
  EXPECT_EQ(std::count(bad.err.begin(), bad.err.end(), '\n'), 100);
}

TEST(LargeScenarios, OfMoreTasksThanThereIsRoomForAreRefused) {
  const TemporaryFolder folder;
  const auto with_servers = [&](int servers) {
    std::string text = scenario();
    std::string more;
    for (int i = 0; i < servers; ++i)
      more += "{\"id\": \"more-" + std::to_string(i) +
              "\", \"topic\": \"t\", \"endpoint\": {\"ping\": [{\"return\": null}]}},\n";
    text.insert(text.find("\"servers\": [") + 12, more);
    return castaway({"run", folder.write("a.json", text), "--profile", "strict"});
  };
  const Child child = with_servers(20000);
  EXPECT_EQ(child.exit_code, 65);
  EXPECT_THAT(child.err, HasSubstr("/servers: this takes 80,0"));
  EXPECT_THAT(child.err, HasSubstr(" tasks, and a run has at most 30,000: "));
  EXPECT_THAT(child.out, Not(HasSubstr("broken")));
}

}  // namespace

}  // namespace castaway::ci
