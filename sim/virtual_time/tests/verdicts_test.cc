// What makes a run void, and what does not.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/process.h"

#include "outcome.h"
#include "temporary_folder.h"

namespace castaway::virtual_time {
namespace {

Outcome doubts(const std::string& word, const std::string& path = "") {
  return run_in_virtual_time({test_program("doubts"), word, path});
}

TEST(Verdict, IsVoidIfAThreadSpinsUntilAnotherSetsAFlag) {
  const Outcome run = doubts("spin");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run, IsVoidBecause("preempted"));
}

TEST(Verdict, IsDeterministicIfAThreadSpinsUntilATime) {
  const Outcome run = doubts("clock-spin");
  EXPECT_THAT(run.out, testing::StartsWith("0.500"));
  EXPECT_THAT(run, IsDeterministic());
  EXPECT_EQ(doubts("clock-spin").trace(), run.trace());
}

TEST(Verdict, IsVoidIfAThreadSleepsInTheKernelUnseen) {
  const TemporaryFolder folder;
  const Outcome run = doubts("fifo", folder.path() + "/fifo");
  EXPECT_EQ(run.out, "1.000001 opened\n");
  EXPECT_THAT(run, IsVoidBecause("away"));
  EXPECT_THAT(run.report().at("void").dump(), testing::HasSubstr("in openat"));
}

TEST(Verdict, IsVoidIfMessagesAreWaitedFor) {
  const Outcome run = doubts("message");
  EXPECT_EQ(run.out, "1.000001 received hello\n");
  EXPECT_THAT(run, IsVoidBecause("away"));
  EXPECT_THAT(run, IsVoidBecause("unknown-call"));
}

TEST(Verdict, IsVoidAfterACallThatIsNotKnown) {
  const Outcome run = doubts("unknown");
  EXPECT_EQ(run.out, "0.000000 call 600: ENOSYS\n");
  EXPECT_EQ(run.report().at("void").dump(),
            R"({"unknown-call":{"details":["call 600"],"times":1}})");
}

TEST(Verdict, IsVoidIfTheCounterOfCyclesIsRead) {
  const Outcome run = doubts("counter");
  EXPECT_EQ(run.out, "0.000000 it grows: yes\n");
  EXPECT_THAT(run, IsVoidBecause("rdtsc"));
}

/// A run that reads from its standard input, which is ours.
class OutsideRun {
 public:
  explicit OutsideRun(const Words& words) : process_(settings(words)) {}

  void hear_until(const std::string& text) {
    while (process_.out().find(text) == std::string::npos && process_.hear()) {
    }
  }
  void write(const std::string& text) { process_.write(text); }
  void close() { process_.close_input(); }
  /// What --report says in the end.
  [[nodiscard]] Outcome end() {
    while (process_.hear()) {
    }
    const Ending ending = process_.wait();
    return {.exit_code = ending.exit_code,
            .signal = ending.signal,
            .out = process_.out(),
            .err = process_.err(),
            .report_text = text_of(report())};
  }

 private:
  [[nodiscard]] std::string report() const { return folder_.path() + "/report.json"; }
  [[nodiscard]] ProcessSettings settings(const Words& words) const {
    Words all = {"--report", report(), "--"};
    all.insert(all.end(), words.begin(), words.end());
    return {.program = CASTAWAY_VT,
            .arguments = all,
            .in = {Stream::To::pipe},
            .err = {Stream::To::pipe},
            .ends_with_us = true};
  }

  TemporaryFolder folder_;
  Process process_;
};

TEST(Verdict, IsVoidIfSomebodyElseChangesAFileThatWasRead) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/file";
  std::ofstream(path) << "before";
  OutsideRun run({test_program("doubts"), "file", path});
  run.hear_until("read");
  std::ofstream(path) << "after that";
  run.write("go on\n");
  const Outcome end = run.end();
  EXPECT_THAT(end, IsVoidBecause("changed-file"));
  EXPECT_THAT(end, IsVoidBecause("outside"));
  EXPECT_THAT(end.report().at("void").at("changed-file").dump(), testing::HasSubstr(path));
}

/// The process whose command line has these words one after the other. 0 if there is none.
int process_with(const std::string& words) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string line;
    std::getline(std::ifstream(entry.path() / "cmdline"), line);
    std::ranges::replace(line, '\0', ' ');
    if (line.starts_with(words)) return std::atoi(entry.path().filename().c_str());
  }
  return 0;
}

TEST(Verdict, IsVoidAfterASignalFromOutside) {
  const TemporaryFolder folder;
  OutsideRun run({test_program("doubts"), "signal", folder.path()});
  run.hear_until("ready");
  const int id = process_with(test_program("doubts") + " signal " + folder.path());
  ASSERT_NE(id, 0);
  kill(id, SIGUSR1);
  // Whether it is in its read(2) by then is as it happens.
  run.hear_until("signal 10");
  run.close();
  const Outcome end = run.end();
  EXPECT_THAT(end.out, testing::StartsWith("0.000000 ready\n0.000000 signal 10\n"));
  EXPECT_THAT(end, IsVoidBecause("outside"));
  EXPECT_THAT(end.report().at("void").at("outside").dump(), testing::HasSubstr("signal 10"));
}

}  // namespace
}  // namespace castaway::virtual_time
