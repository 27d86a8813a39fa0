#include "castaway/process.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace castaway {
namespace {

using namespace std::chrono_literals;

ProcessSettings shell(const std::string& script) {
  return {.program = "/bin/sh", .arguments = {"-c", script}};
}

/// Everything that it says, until it has ended.
std::string said_by(const ProcessSettings& settings) {
  Process process(settings);
  while (process.hear()) {
  }
  process.wait();
  return process.out();
}

TEST(Process, SaysHowItEnded) {
  const Ending by_itself = Process(shell("exit 7")).wait();
  EXPECT_EQ(by_itself.exit_code, 7);
  EXPECT_EQ(by_itself.signal, 0);
  const Ending killed = Process(shell("kill -TERM $$")).wait();
  EXPECT_EQ(killed.exit_code, -1);
  EXPECT_EQ(killed.signal, SIGTERM);
}

TEST(Process, CountsTheTimeOfTheProcessor) {
  Process busy(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"));
  EXPECT_GT(busy.wait().cpu, 0.0);
}

TEST(Process, IsHeardOnTwoPipes) {
  ProcessSettings settings = shell("echo result; echo complaint >&2");
  settings.err = {Stream::To::pipe};
  Process process(settings);
  while (process.hear()) {
  }
  EXPECT_EQ(process.out(), "result\n");
  EXPECT_EQ(process.err(), "complaint\n");
}

TEST(Process, SaysItsErrorsWhereItsOutputLeadsUnlessToldOtherwise) {
  EXPECT_EQ(said_by(shell("echo one; echo two >&2")), "one\ntwo\n");
}

TEST(Process, IsHeardLineByLine) {
  Process process(shell("printf 'one\\ntwo\\nth'; read _ </dev/null; printf 'ree\\nfour'"));
  std::vector<std::string> lines;
  while (process.hear()) {
    for (std::string& line : process.lines()) lines.push_back(std::move(line));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(process.out(), "four");
}

TEST(Process, IsWaitedForNoLongerThanAsked) {
  Process silent(shell("exec sleep 60"));
  EXPECT_TRUE(silent.hear(10ms));
  EXPECT_EQ(silent.out(), "");
}

TEST(Process, HearsUsUntilWeEndItsInput) {
  Process echo({.program = "cat", .in = {Stream::To::pipe}});
  echo.write("a line\n");
  while (echo.out().empty()) ASSERT_TRUE(echo.hear());
  EXPECT_TRUE(echo.running());
  echo.close_input();
  EXPECT_FALSE(echo.hear());
  EXPECT_EQ(echo.wait().exit_code, 0);
  EXPECT_FALSE(echo.running());
  EXPECT_EQ(echo.out(), "a line\n");
}

TEST(Process, ReadsAndWritesFiles) {
  const std::string path = testing::TempDir() + "/process_test_" + std::to_string(getpid());
  std::ofstream(path + ".in") << "to read";
  std::ofstream(path + ".out") << "what was there before, and is longer";
  Process copy({.program = "cat",
                .in = {Stream::To::file, path + ".in"},
                .out = {Stream::To::file, path + ".out"}});
  EXPECT_EQ(copy.wait().exit_code, 0);
  std::ifstream out(path + ".out");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(out), {}), "to read");
  std::filesystem::remove(path + ".in");
  std::filesystem::remove(path + ".out");
}

TEST(Process, CanHaveATerminal) {
  ProcessSettings settings = shell("test -t 1 && test -t 2 && echo yes");
  settings.out = {Stream::To::terminal};
  EXPECT_EQ(said_by(settings), "yes\r\n");
}

TEST(Process, HasTheDirectoryAndTheEnvironmentItIsGiven) {
  ProcessSettings settings = shell("pwd; echo $A");
  settings.directory = "/";
  settings.environment = {"A=b"};
  EXPECT_EQ(said_by(settings), "/\nb\n");
}

TEST(Process, HasNoOtherFilesOfOurs) {
  const int ours = fcntl(STDIN_FILENO, F_DUPFD, 100);  // NOLINT: a program would inherit it
  const std::string file = "/proc/$$/fd/" + std::to_string(ours);
  EXPECT_EQ(said_by(shell("test -e " + file + " && echo ours; echo end")), "end\n");
  close(ours);
}

TEST(Process, GetsASignalWithAllThatItStarted) {
  Process process(shell("sleep 60 & echo $!; wait"));
  std::vector<std::string> lines;
  while (lines.empty()) {
    ASSERT_TRUE(process.hear());
    lines = process.lines();
  }
  process.signal(SIGTERM);
  // The pipe is closed once both are gone.
  EXPECT_FALSE(process.hear());
  EXPECT_EQ(process.wait().signal, SIGTERM);
}

TEST(Process, IsKilledWithAllThatItStartedWhenTheObjectGoes) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  {
    ProcessSettings settings = shell("trap '' TERM; sleep 60 & echo begun; wait");
    settings.err = {Stream::To::file, "/proc/self/fd/" + std::to_string(ends[1])};
    Process process(settings);
    while (process.out() != "begun\n") ASSERT_TRUE(process.hear());
    close(ends[1]);
  }
  char nothing = 0;
  EXPECT_EQ(read(ends[0], &nothing, 1), 0) << "somebody still has the other end";
  close(ends[0]);
}

TEST(Process, CanBeStoppedAndGoesOn) {
  Process echo({.program = "cat", .in = {Stream::To::pipe}});
  echo.signal(SIGSTOP);
  echo.wait_until_stopped();
  echo.write("a line\n");
  EXPECT_TRUE(echo.hear(50ms));
  EXPECT_EQ(echo.out(), "");
  echo.signal(SIGCONT);
  while (echo.out().empty()) ASSERT_TRUE(echo.hear());
  EXPECT_EQ(echo.out(), "a line\n");
}

TEST(Process, EndsWithTheThreadThatStartedItIfAsked) {
  std::unique_ptr<Process> process;
  std::thread([&] {
    ProcessSettings settings = shell("exec sleep 60");
    settings.ends_with_us = true;
    process = std::make_unique<Process>(settings);
  }).join();
  EXPECT_EQ(process->wait().signal, SIGKILL);
}

TEST(Process, ThatCannotBeStartedIsNamed) {
  for (const std::string program : {"/nowhere/at-all", "no-such-program"}) {
    try {
      const Process process({.program = program});
      FAIL() << program << " has started";
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.what(), "cannot start " + program + ": No such file or directory");
    }
  }
}

TEST(Process, LinesAreTakenOutWhole) {
  std::string text = "one\n\nthree\nfo";
  EXPECT_EQ(take_lines(text), (std::vector<std::string>{"one", "", "three"}));
  EXPECT_EQ(text, "fo");
  EXPECT_EQ(take_lines(text), std::vector<std::string>());
}

}  // namespace
}  // namespace castaway
