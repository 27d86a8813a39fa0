#include <filesystem>
#include <regex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "campaign/exploration_file.h"
#include "campaign/jobs.h"
#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::HasSubstr;

const std::string swap = "scenarios/examples/ord/casts_may_swap_calls_may_not.json";

Tally tally_in(const std::vector<std::string>& files) {
  InputProblems problems;
  Tally tally = read_campaigns(files, problems).tally;
  EXPECT_EQ(problems.lines(), "");
  return tally;
}

/// All that `explore` counted, in a folder of its own.
class Explored {
 public:
  explicit Explored(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "explore");
    arguments.insert(arguments.end(), {"--out", folder_.path()});
    child = castaway(arguments);
  }
  [[nodiscard]] std::string file(const std::string& name = "explore.jsonl") const {
    return folder_.path() + "/" + name;
  }
  [[nodiscard]] Tally tally() const { return tally_in({file()}); }
  Child child;

 private:
  TemporaryFolder folder_;
};

const std::vector<std::string> classic = {"--generated", "--profile", "classic", "--seed",
                                          "7",           "--runs",    "100"};

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Explore, CountsTheSameWithOneJobAndWithThree) {
  const Explored one(with(classic, {"--jobs", "1"}));
  const Explored three(with(classic, {"--jobs", "3"}));
  EXPECT_EQ(one.child.exit_code, 1) << one.child.out << one.child.err;
  EXPECT_EQ(one.tally().runs, 100U);
  EXPECT_FALSE(one.tally().found.empty());
  EXPECT_EQ(one.tally(), three.tally());
}

TEST(Explore, InShardsThatAreMergedCountsTheSameAsInOne) {
  const Explored whole(classic);
  const Explored first(with(classic, {"--shard", "1/2"}));
  const Explored second(with(classic, {"--shard", "2/2"}));
  const std::string a = first.file("explore-1-of-2.jsonl");
  const std::string b = second.file("explore-2-of-2.jsonl");
  EXPECT_EQ(tally_in({b, a}), whole.tally());

  const TemporaryFolder folder;
  const Child merged = castaway({"merge", a, b, "--out", folder.path()});
  EXPECT_EQ(merged.exit_code, 1) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("100 runs"));
  const Child half = castaway({"merge", a, "--out", folder.path()});
  EXPECT_THAT(half.out, HasSubstr("shards that are not there: 2/2"));
  const Child twice = castaway({"merge", a, a, "--out", folder.path()});
  EXPECT_EQ(twice.exit_code, 1);
  EXPECT_EQ(twice.err, a + ": shard 1/2 is there already\n");
  const Child other = castaway({"merge", a, whole.file(), "--out", folder.path()});
  EXPECT_EQ(other.err, whole.file() + ": it is of another campaign than " + a + "\n");
}

TEST(Explore, KeepsFindingsThatReplayAndShrink) {
  const Explored explored(with(classic, {"--first"}));
  std::smatch path;
  ASSERT_TRUE(std::regex_search(explored.child.out, path, std::regex("castaway replay (.*)\n")));
  const Child replay = castaway({"replay", path[1]});
  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_THAT(replay.out, HasSubstr("same"));
  const Child shrunk =
      castaway({"shrink", path[1], "--budget", "50", "--output", explored.file("shrunk.json")});
  EXPECT_EQ(shrunk.exit_code, 0) << shrunk.err;
}

TEST(Explore, ThatIsExhaustiveGivesACertificateThatDoesNotDependOnJobs) {
  const Explored one(
      {swap, "--strategy", "exhaustive", "--faults", "1", "--seed", "1", "--jobs", "1"});
  const Explored two(
      {swap, "--strategy", "exhaustive", "--faults", "1", "--seed", "1", "--jobs", "2"});
  EXPECT_EQ(one.child.exit_code, 0) << one.child.out;
  EXPECT_THAT(one.child.out, HasSubstr("in strict: all "));
  ASSERT_EQ(one.tally().certificates.size(), 1U);
  const sim::Certificate certificate = one.tally().certificates.begin()->second;
  EXPECT_TRUE(certificate.finished);
  EXPECT_EQ(certificate.runs, one.tally().runs);
  EXPECT_EQ(one.tally(), two.tally());
}

TEST(Explore, ThatIsExhaustiveComesToTheSameDigestWithAllRuns) {
  const std::vector<std::string> bounds = {swap, "--strategy", "exhaustive", "--faults",
                                           "1",  "--seed",     "1"};
  const Explored some(bounds);
  const Explored all(with(bounds, {"--all"}));
  const sim::Certificate made = some.tally().certificates.begin()->second;
  const sim::Certificate every = all.tally().certificates.begin()->second;
  EXPECT_GT(made.same, 0U);
  EXPECT_EQ(made.runs + made.same, every.runs);
  EXPECT_EQ(made.digest, every.digest);
  EXPECT_EQ(some.tally().hashes, all.tally().hashes);
  EXPECT_THAT(some.child.out, HasSubstr("event for"));
}

TEST(Explore, SaysInWhichRunEachBreachOfClassicWasSeenFirst) {
  const Explored explored({"--generated", "--profile", "classic", "--seed", "1", "--runs", "150"});
  const Tally tally = explored.tally();
  EXPECT_GE(tally.breaches.size(), 3U);
  for (const auto& [name, seen] : tally.breaches) {
    EXPECT_THAT(explored.child.out, HasSubstr(fmt::format("    {}, first in run {}, seen in {} run",
                                                          name, seen.first, seen.times)));
  }
  for (const auto& [key, found] : tally.found) {
    EXPECT_THAT(explored.child.out, HasSubstr(fmt::format("    run {} ({}), seen in {} run",
                                                          found.run, found.how, found.times)));
    EXPECT_THAT(explored.child.out, HasSubstr(fmt::format("   first in run {} ({}), seen in {} run",
                                                          found.run, found.how, found.times)));
  }
  const Explored strict({"--generated", "--profile", "strict", "--seed", "1", "--runs", "20"});
  EXPECT_THAT(strict.tally().breaches, testing::IsEmpty());
}

TEST(Explore, LosesNothingWhenItIsInterrupted) {
  const TemporaryFolder folder;
  // On a terminal, for it says there how far it is.
  const Child child = run_child({.arguments = {"explore", "--generated", "--time", "60s", "--seed",
                                               "1", "--jobs", "2", "--out", folder.path()},
                                 .terminal = true,
                                 .interrupt_at = " a second"});
  EXPECT_EQ(child.exit_code, 130) << child.out;
  const Tally tally = tally_in({folder.path() + "/explore.jsonl"});
  EXPECT_GT(tally.runs, 0U);
  EXPECT_TRUE(tally.faults.empty());
  std::smatch said;
  ASSERT_TRUE(std::regex_search(child.out, said, std::regex("([0-9,]+) runs?, [0-9,]+ distinct")));
  EXPECT_EQ(std::regex_replace(said[1].str(), std::regex(","), ""), std::to_string(tally.runs));
}

TEST(Explore, RefusesWhatMakesNoSense) {
  const auto error = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "explore");
    const Child child = castaway(arguments);
    EXPECT_EQ(child.exit_code, 64);
    return child.err;
  };
  EXPECT_EQ(error({}), "castaway: explore: what? Give scenarios, or else --generated\n");
  EXPECT_EQ(error({"--generated", "a.json", "b.json"}),
            "castaway: explore: --generated makes its own scenarios: leave out either it or "
            "a.json and b.json\n");
  EXPECT_EQ(error({"--generated", "--shard", "3/2", "--seed", "1"}),
            "castaway: --shard 3/2 is no part of a whole\n");
  EXPECT_EQ(error({"--generated", "--shard", "1/2"}),
            "castaway: explore: the shards of a campaign have one seed: give --seed N\n");
  EXPECT_EQ(error({"--generated", "--strategy", "exhaustive"}),
            "castaway: explore: what is generated has no end: give --strategy exhaustive "
            "scenarios\n");
  EXPECT_EQ(error({"--generated", "--faults", "1"}),
            "castaway: explore: --faults, --orders and --all are for --strategy exhaustive\n");
}

TEST(Shard, IsWhatTheEnvironmentSays) {
  const auto shard = [](std::vector<std::string> environment) {
    const TemporaryFolder folder;
    const Child child = run_child({.arguments = {"explore", "--generated", "--seed", "1", "--runs",
                                                 "16", "--jobs", "1", "--out", folder.path()},
                                   .environment = std::move(environment)});
    return child.out.substr(0, child.out.find('\n'));
  };
  EXPECT_THAT(shard({"GTEST_TOTAL_SHARDS=4", "GTEST_SHARD_INDEX=1"}), HasSubstr("shard 2/4"));
  EXPECT_THAT(
      shard({"SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_ID=9", "SLURM_ARRAY_TASK_MIN=7"}),
      HasSubstr("shard 3/3"));
}

TEST(Shard, HasLanesThatNobodyElseHas) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t shard = 0; shard < 3; ++shard) {
    for (std::uint64_t job = 0; job < 2; ++job) {
      for (const std::uint64_t explorer : explorers_of({shard, 3}, job, 2)) all.push_back(explorer);
    }
  }
  std::ranges::sort(all);
  std::vector<std::uint64_t> expected(scenario::explorers);
  for (std::uint64_t explorer = 0; explorer < scenario::explorers; ++explorer)
    expected[explorer] = explorer;
  EXPECT_EQ(all, expected);
}

TEST(Jobs, ThatDieAreNamedAndWhatTheySaidIsKept) {
  std::vector<std::string> lines;
  const std::vector<DeadJob> dead =
      run_jobs({.jobs = 2,
                .work =
                    [](std::uint64_t job, JobOutput& output) {
                      output.at(40 + job);
                      output.say("job " + std::to_string(job));
                      if (job == 1) std::abort();
                    },
                .line = [&](std::string_view line) { lines.emplace_back(line); },
                .stop = [] { return false; }});
  EXPECT_THAT(lines, testing::UnorderedElementsAre("job 0", "job 1"));
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead.front().at, 41U);
  EXPECT_EQ(dead.front().how, "signal 6");
}

}  // namespace

}  // namespace castaway::ci
