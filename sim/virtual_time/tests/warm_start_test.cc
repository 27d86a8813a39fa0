// Several runs, cold and warm: each is like one that is made alone.

#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "outcome.h"
#include "temporary_folder.h"

namespace castaway::virtual_time {
namespace {

using testing::HasSubstr;

struct Run {
  nlohmann::json report = {};
  std::string out = {};
};

struct Several {
  Outcome outcome = {};
  std::map<int, Run> runs = {};  ///< by seed
};

/// The test program `warm`, of which each run prints as many lines.
Several run_several(const Words& options) {
  const TemporaryFolder folder;
  Words words = options;
  const std::string report = folder.path() + "/report";
  words.insert(words.end(), {"--report", report, "--", test_program("warm")});
  Several several{.outcome = run_castaway_vt(words)};
  std::istringstream reports(text_of(report)), out(several.outcome.out);
  std::size_t lines = 0;
  for (const char c : several.outcome.out) lines += c == '\n' ? 1 : 0;
  for (std::string line; std::getline(reports, line);) {
    Run run{.report = nlohmann::json::parse(line)};
    for (std::size_t i = 0; i < 8 && std::getline(out, line); ++i) run.out += line + '\n';
    several.runs[run.report.at("seed")] = run;
  }
  EXPECT_EQ(lines, several.runs.size() * 8) << several.outcome.seen();
  return several;
}

std::string without_random(const std::string& out) {
  const std::size_t at = out.find("random ");
  return at == std::string::npos ? out : out.substr(0, at) + out.substr(out.find('\n', at));
}

void expect_each_like_alone(const Words& options) {
  Words words = options;
  words.insert(words.end(), {"--seed", "3", "--runs", "4"});
  const Several several = run_several(words);
  ASSERT_EQ(several.runs.size(), 4U) << several.outcome.seen();
  std::set<std::string> outs;
  for (const auto& [seed, run] : several.runs) {
    words = options;
    words.insert(words.end(), {"--seed", std::to_string(seed)});
    const Run alone = run_several(words).runs[seed];
    EXPECT_EQ(run.out, alone.out) << "seed " << seed;
    EXPECT_EQ(run.report.at("trace"), alone.report.at("trace")) << "seed " << seed;
    EXPECT_EQ(run.report.at("verdict"), "deterministic") << several.outcome.seen();
    EXPECT_EQ(run.report.at("without"), nlohmann::json::array());
    // Numbers of processes and ports are those of the first run.
    EXPECT_EQ(without_random(run.out), without_random(several.runs.begin()->second.out));
    outs.insert(run.out);
  }
  EXPECT_EQ(outs.size(), 4U);
  const std::string& out = several.runs.begin()->second.out;
  EXPECT_THAT(out, HasSubstr("bind: 0\n"));
  EXPECT_THAT(out, HasSubstr("from port 20001\n"));
  EXPECT_THAT(out, HasSubstr("real time 1893459600\n"));
}

TEST(SeveralRuns, AreLikeThoseThatAreMadeAlone) { expect_each_like_alone({}); }

TEST(WarmStart, BeginsEachRunAsIfItWereTheOnlyOne) { expect_each_like_alone({"--warm"}); }

TEST(WarmStart, GoesOnFromTheForkOfEachCommand) {
  const Outcome run =
      run_castaway_vt({"--warm", "--runs", "2", "--schedule", "chaos", "--with",
                       test_program("warm") + " beside", "--", test_program("warm")});
  EXPECT_THAT(run.err, HasSubstr("castaway vt: 2 runs after "));
  std::map<std::string, int> said;
  std::istringstream out(run.out);
  for (std::string line; std::getline(out, line);) ++said[line];
  // The first of each command, and its child, have died with the warming-up.
  EXPECT_EQ(said["0.000000 process 6 of 2"], 2) << run.seen();
  EXPECT_EQ(said["0.000000 process 7 of 4"], 2) << run.seen();
  EXPECT_EQ(said["0.000000 child: exit 0"], 4) << run.seen();
}

TEST(SeveralRuns, EndWithTheCodeOfTheFirstThatFailedAndNameItsSeeds) {
  for (const Words& options : {Words{}, Words{"--warm"}}) {
    Words words = options;
    words.insert(words.end(), {"--runs", "12", "--quiet"});
    const Several several = run_several(words);
    std::string seeds;
    for (const auto& [seed, run] : several.runs) {
      const bool fails = run.report.at("exit") == 7;
      if (fails) seeds += (seeds.empty() ? "" : ", ") + std::to_string(seed);
    }
    ASSERT_NE(seeds, "");
    EXPECT_EQ(several.outcome.exit_code, 7);
    EXPECT_THAT(several.outcome.err, HasSubstr(seeds + "; all deterministic\n"));
  }
}

TEST(WarmStart, IsNothingToAProgramWithoutIt) {
  const Outcome run = run_in_virtual_time({test_program("warm")});
  EXPECT_THAT(run, IsDeterministic());
  EXPECT_THAT(run.out, HasSubstr("process 2 of 0\n"));
}

TEST(WarmStart, SaysWhenAProgramIsNeverWarm) {
  for (const Words& command :
       {Words{"true"}, Words{test_program("warm"), "never"}, Words{"/bin/sh", "-c", "wait"}}) {
    Words words = {"--warm", "--"};
    words.insert(words.end(), command.begin(), command.end());
    const Outcome run = run_castaway_vt(words);
    EXPECT_EQ(run.exit_code, 125);
    EXPECT_THAT(run.err, HasSubstr("castaway vt: --warm: " + command.front().substr(0, 20)));
    EXPECT_THAT(run.err, HasSubstr(" never opened /castaway/warm and forked; "));
  }
}

TEST(WarmStart, IsRefusedToAProgramWithThreads) {
  const Outcome run = run_castaway_vt({"--warm", "--", test_program("warm"), "threads"});
  EXPECT_EQ(run.exit_code, 125);
  EXPECT_THAT(run.err, HasSubstr("vt_warm has 2 threads when it is warm"));
}

TEST(SeveralRuns, AreOneAtATimeForWhoOwnsTheClock) {
  for (const Words& options : {Words{"--warm"}, Words{"--runs", "2"}}) {
    Words words = options;
    words.insert(words.end(), {"--control", "0,1", "--", "true"});
    const Outcome run = run_castaway_vt(words);
    EXPECT_EQ(run.exit_code, 64);
    EXPECT_THAT(run.err, HasSubstr("--control"));
  }
}

TEST(SeveralRuns, EndWhenTheyAreInterrupted) {
  for (const std::string& option : {std::string("--quiet"), std::string("--warm")}) {
    const Outcome run =
        run_castaway_vt({"--foreground", "--preserve-status", "-s", "INT", "-k", "60", "3",
                         CASTAWAY_VT, option, "--runs", "1000000", "--", test_program("warm")},
                        "timeout");
    EXPECT_EQ(run.exit_code, 130) << run.err.substr(0, 500);
    EXPECT_THAT(run.err, HasSubstr(" runs"));
  }
}

TEST(Verdicts, ThatCannotBeWrittenMakeNoRunVoid) {
  for (const std::string& option : {std::string("--quiet"), std::string("--warm")}) {
    const Outcome run = run_castaway_vt(
        {option, "--runs", "2", "--report", "/no/such/folder/report", "--", test_program("warm")});
    EXPECT_NE(run.exit_code, 0);
    EXPECT_THAT(run.err, HasSubstr("castaway vt: /no/such/folder/report: No such file"));
    EXPECT_THAT(run.err, HasSubstr("; all deterministic\n"));
  }
}

TEST(Trace, HasOneRunAfterTheOther) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/trace";
  const Several several = run_several({"--runs", "3", "--warm", "--trace", file});
  std::vector<int> calls(1);
  std::istringstream lines(text_of(file));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      calls.push_back(0);
    } else {
      ++calls.back();
    }
  }
  std::vector<int> reported;
  for (const auto& [seed, run] : several.runs) reported.push_back(run.report.at("calls"));
  EXPECT_EQ(calls, reported);
}

}  // namespace
}  // namespace castaway::virtual_time
