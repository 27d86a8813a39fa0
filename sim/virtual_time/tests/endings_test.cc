// How castaway-vt ends: its exit codes, its files, and that it leaves nothing behind.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/process.h"

#include "outcome.h"
#include "temporary_folder.h"

namespace castaway::virtual_time {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

int exit_code_of(const std::string& script) {
  return run_in_virtual_time({"/bin/sh", "-c", script}).exit_code;
}

TEST(ExitCode, IsThatOfTheCommand) {
  EXPECT_EQ(exit_code_of("exit 0"), 0);
  EXPECT_EQ(exit_code_of("exit 7"), 7);
  EXPECT_EQ(exit_code_of("kill -9 $$"), 137);
  EXPECT_EQ(exit_code_of("kill -TERM $$"), 143);
}

TEST(ExitCode, Is126Or127IfTheCommandCannotBeRun) {
  const Outcome missing = run_castaway_vt({"--", "/no/such/program"});
  EXPECT_EQ(missing.exit_code, 127);
  EXPECT_EQ(missing.err, "castaway vt: /no/such/program: No such file or directory\n");
  const Outcome folder = run_castaway_vt({"--", "/usr"});
  EXPECT_EQ(folder.exit_code, 126);
  EXPECT_EQ(folder.err, "castaway vt: /usr: Permission denied\n");
}

TEST(ExitCode, Is64ForAWrongOption) {
  const Outcome run = run_castaway_vt({"--sed", "7", "--", "true"});
  EXPECT_EQ(run.exit_code, 64);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, StartsWith("castaway vt: "));
  EXPECT_THAT(run.err, HasSubstr("did you mean --seed?"));
}

TEST(ExitCode, Is124AtTheLimit) {
  const Outcome run = run_in_virtual_time({"sleep", "3600"}, {"--limit", "10m"});
  EXPECT_EQ(run.exit_code, 124);
  EXPECT_THAT(run.err, HasSubstr("castaway vt: the limit of virtual time is reached\n"));
  EXPECT_EQ(run.report().at("virtual_ns"), 600'000'000'000);
  EXPECT_EQ(run.report().at("out_of_time"), true);
}

TEST(ExitCode, Is124IfNothingCanGoOn) {
  const Outcome run = run_in_virtual_time({test_program("deadlock")});
  EXPECT_EQ(run.exit_code, 124);
  const auto lines = run.report().at("deadlock").get<std::vector<std::string>>();
  ASSERT_EQ(lines.size(), 4U) << run.err;
  EXPECT_EQ(lines[0], "deadlock at 1.000001 s: no thread can run, and none waits for a time");
  EXPECT_THAT(lines[1], StartsWith("  p0.t0 (vt_deadlock) is in futex for the word at 0x"));
  EXPECT_EQ(lines[2], "  p0.t1 (vt_deadlock) is in read with first argument 50");
  EXPECT_THAT(lines[3], StartsWith("  p0.t2 (vt_deadlock) is in futex for the word at 0x"));
  for (const std::string& line : lines) EXPECT_THAT(run.err, HasSubstr("castaway vt: " + line));
}

TEST(Report, SaysHowTheRunWent) {
  const Outcome run = run_in_virtual_time({"sleep", "2"}, {"--seed", "9"});
  EXPECT_EQ(run.report().at("seed"), 9);
  EXPECT_EQ(run.report().at("exit"), 0);
  EXPECT_EQ(run.report().at("virtual_ns"), 2'000'001'000);
  EXPECT_EQ(run.report().at("deadlock"), nlohmann::json::array());
  EXPECT_THAT(run.err, HasSubstr("deterministic, seed 9: 2.000001 s of virtual time in "));
  EXPECT_EQ(run_in_virtual_time({"sleep", "2"}, {"--quiet"}).err, "");
}

TEST(TraceFile, HasALineForEachCall) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/trace";
  const Outcome run = run_in_virtual_time({"sleep", "2"}, {"--trace", path});
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  EXPECT_EQ(lines.size(), run.report().at("calls"));
  EXPECT_THAT(lines, testing::Contains("0.000000000 p0.t0 clock_nanosleep"));
  EXPECT_THAT(lines.back(), StartsWith("2.000001000 p0.t0 exit_group"));
}

TEST(TraceFile, ThatCannotBeWrittenIsAnError) {
  const Outcome run = run_castaway_vt({"--trace", "/no/such/folder/trace", "--", "true"});
  EXPECT_EQ(run.exit_code, 125);
  EXPECT_THAT(run.err, HasSubstr("/no/such/folder/trace"));
}

/// Whether a process has this word in its environment.
bool is_left(const std::string& marker) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ostringstream text;
    text << std::ifstream(entry.path() / "environ", std::ios::binary).rdbuf();
    if (text.str().find(marker) != std::string::npos) return true;
  }
  return false;
}

/// A tree of processes that wait for their standard input, for as long as there is one.
class Tree {
 public:
  Tree() : marker_("CASTAWAY_VT_TEST=" + folder_.path()), process_(settings()) {
    while (process_.out().find("ready") == std::string::npos && process_.hear()) {
    }
  }

  [[nodiscard]] const Process& process() const { return process_; }
  [[nodiscard]] Ending end() {
    while (process_.hear()) {
    }
    return process_.wait();
  }
  /// Waits: until none of its processes is left, a minute at most.
  [[nodiscard]] bool ends_altogether() const {
    for (int i = 0; i < 600; ++i) {
      if (!is_left(marker_)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  [[nodiscard]] bool is_there() const { return is_left(marker_); }

 private:
  [[nodiscard]] ProcessSettings settings() const {
    ProcessSettings settings{.program = CASTAWAY_VT,
                             .arguments = {"--", "/bin/sh", "-c",
                                           "(sleep 9999 & setsid sleep 9999 & wait) & "
                                           "echo ready; cat"},
                             .in = {Stream::To::pipe},
                             .err = {Stream::To::pipe},
                             .ends_with_us = true};
    settings.environment.push_back(marker_);
    return settings;
  }

  TemporaryFolder folder_;
  std::string marker_;
  Process process_;
};

TEST(Processes, AreNotLeftBehindWhenTheSupervisorIsKilled) {
  Tree tree;
  EXPECT_TRUE(tree.is_there());
  kill(tree.process().id(), SIGKILL);
  EXPECT_EQ(tree.end().signal, SIGKILL);
  EXPECT_TRUE(tree.ends_altogether());
}

TEST(Processes, EndWithASignalThatEndsTheSupervisor) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Tree tree;
    kill(tree.process().id(), signal);
    EXPECT_EQ(tree.end().exit_code, 128 + signal);
    EXPECT_TRUE(tree.ends_altogether());
  }
}

TEST(Processes, BesideTheMainOneEndWithIt) {
  const Outcome run =
      run_in_virtual_time({"sleep", "5"}, {"--with", "sleep 9999", "--with", "sleep 1"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.report().at("virtual_ns"), 5'000'001'000);
  EXPECT_THAT(run, IsDeterministic());
}

}  // namespace
}  // namespace castaway::virtual_time
