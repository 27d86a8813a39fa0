// A test that owns the clock: what castaway-vt says and is told over a pair of pipes.

#include <csignal>

#include <gtest/gtest.h>

#include "castaway/process.h"

#include "outcome.h"

namespace castaway::virtual_time {
namespace {

using Lines = std::vector<std::string>;

/// A run whose clock is ours. What the command prints goes to the standard error.
class Controlled {
 public:
  explicit Controlled(const std::string& command)
      : process_({.program = "/bin/sh",
                  .arguments = {"-c", std::string("exec 3<&0 4>&1 >&2 </dev/null; exec " CASTAWAY_VT
                                                  " --control 3,4 -- ") +
                                          command},
                  .in = {Stream::To::pipe},
                  .err = {Stream::To::pipe},
                  .ends_with_us = true}) {}

  void say(const std::string& line) { process_.write(line + '\n'); }
  /// The next line that it says; empty if there is none.
  [[nodiscard]] std::string hear() {
    while (heard_.empty()) {
      const bool more = process_.hear();
      for (std::string& line : process_.lines()) heard_.push_back(std::move(line));
      if (!more && heard_.empty()) return "";
    }
    std::string line = heard_.front();
    heard_.erase(heard_.begin());
    return line;
  }
  /// Its exit code; then err() is complete.
  [[nodiscard]] int end() {
    while (process_.hear()) {
    }
    return process_.wait().exit_code;
  }
  [[nodiscard]] std::string err() { return process_.err(); }
  void close() { process_.close_input(); }

 private:
  Process process_;
  Lines heard_;
};

const std::string second = "000000000";

TEST(Control, IsAskedWhereTimeGoesWhenNothingCanRun) {
  Controlled run("sleep 5");
  EXPECT_EQ(run.hear(), "idle 5000001000 1");
  run.say("run 2" + second);
  EXPECT_EQ(run.hear(), "idle 5000001000 1");
  run.say("run 7" + second);
  EXPECT_EQ(run.hear(), "over 0");
  EXPECT_EQ(run.end(), 0);
  EXPECT_THAT(run.err(), testing::HasSubstr("deterministic, seed 1: 7.000000 s of virtual time"));
}

TEST(Control, SaysMinusOneIfNothingWaitsForATime) {
  Controlled run(test_program("deadlock"));
  EXPECT_EQ(run.hear(), "idle 1000001000 3");
  run.say("run 1000001000");
  EXPECT_EQ(run.hear(), "idle -1 3");
  run.say("quit");
  EXPECT_EQ(run.hear(), "over 0");
  EXPECT_EQ(run.end(), 0);
}

TEST(Control, StepsTheClockOfTheDayAndNoOther) {
  Controlled run("/bin/sh -c 'sleep 1; date -u +%FT%TZ; sleep 1; date -u +%FT%TZ'");
  EXPECT_EQ(run.hear(), "idle 1000001000 2");
  run.say("step 3600" + second);
  run.say("run 1000001000");
  EXPECT_EQ(run.hear(), "idle 2000002000 2");
  run.say("step -7200" + second);
  run.say("run 2000002000");
  EXPECT_EQ(run.hear(), "over 0");
  EXPECT_EQ(run.end(), 0);
  EXPECT_THAT(run.err(), testing::StartsWith("2030-01-01T01:00:01Z\n2029-12-31T23:00:02Z\n"));
}

TEST(Control, PausesAProcessUntilItIsToResume) {
  Controlled run("/bin/sh -c '(sleep 1; echo child) & sleep 3; echo parent; wait'");
  // p0 is the shell, p1 the child's, p2 and p3 are the two that sleep.
  EXPECT_EQ(run.hear(), "idle 1000001000 4");
  run.say("pause 1");
  run.say("run 4" + second);
  // The child's sleep is over, but not the child; and the parent waits for it.
  EXPECT_EQ(run.hear(), "idle -1 2");
  run.say("resume 1");
  run.say("run 5" + second);
  EXPECT_EQ(run.hear(), "over 0");
  EXPECT_EQ(run.end(), 0);
  EXPECT_THAT(run.err(), testing::StartsWith("parent\nchild\n"));
}

TEST(Control, QuitsWhenItIsToOrWhenNobodyIsThere) {
  Controlled told("sleep 5");
  EXPECT_EQ(told.hear(), "idle 5000001000 1");
  told.say("quit");
  EXPECT_EQ(told.hear(), "over 0");
  EXPECT_EQ(told.end(), 0);
  Controlled left("sleep 5");
  EXPECT_EQ(left.hear(), "idle 5000001000 1");
  left.close();
  EXPECT_EQ(left.end(), 0);
}

TEST(Control, DoesNotReachThePrograms) {
  Controlled run("/bin/sh -c 'test -e /proc/self/fd/3 || test -e /proc/self/fd/4 || exit 5'");
  EXPECT_EQ(run.hear(), "over 5");
  EXPECT_EQ(run.end(), 5);
}

TEST(Control, TakesALineThatIsWrongForAnError) {
  const auto error_of = [](const std::string& line) {
    Controlled run("sleep 5");
    EXPECT_EQ(run.hear(), "idle 5000001000 1");
    run.say(line);
    EXPECT_EQ(run.end(), 125);
    return run.err();
  };
  const std::string words = "run, step, pause, resume and quit";
  EXPECT_EQ(error_of("go 5"), "castaway vt: control: \"go\" is not one of " + words + '\n');
  EXPECT_EQ(error_of("run soon"),
            "castaway vt: control: \"run soon\" does not end in a whole number\n");
  EXPECT_EQ(error_of("run"), "castaway vt: control: \"run\" is not one of " + words +
                                 ", with a number where one belongs\n");
  EXPECT_EQ(error_of("pause 99"), "castaway vt: control: there is no process 99\n");
}

}  // namespace
}  // namespace castaway::virtual_time
