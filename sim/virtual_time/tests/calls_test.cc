// The families of system calls: each has a program that prints what it observes, and when.

#include <sstream>

#include <gtest/gtest.h>

#include "outcome.h"

namespace castaway::virtual_time {
namespace {

TEST(Sleeps, EndAtTheirTimeOrBySignals) { expect_recorded("sleeps"); }

TEST(Clocks, AgreeHoweverTheyAreRead) { expect_recorded("clocks"); }

TEST(Locks, AreHandedOnInOrderAndTimeOut) { expect_recorded("locks"); }

TEST(Locks, WorkBetweenProcessesAndWhenTheirOwnerDies) { expect_recorded("shared_locks"); }

TEST(Futexes, WakeMoveAndChangeWords) { expect_recorded("futexes"); }

TEST(Ends, ComeWhoeverIsNext) { expect_recorded("exits"); }

TEST(Polls, EndAtTheirTimeWhenReadyOrBySignals) { expect_recorded("polls"); }

TEST(Reads, EndWhenThereIsSomethingOrAtTheirTimeout) { expect_recorded("reads"); }

TEST(Connections, AreMadeRefusedOrWaitForRoom) { expect_recorded("connects"); }

TEST(Timers, ExpireAtTheirTimes) { expect_recorded("timers"); }

TEST(Signals, EndWaitsOrLetThemGoOn) { expect_recorded("signals"); }

TEST(Signals, StopAProcessButNotItsDeadlines) { expect_recorded("stops"); }

TEST(Children, EndAndAreWaitedFor) { expect_recorded("children"); }

TEST(FileLocks, AreHandedOnBetweenProcesses) { expect_recorded("file_locks"); }

/// What the program itself says on stderr.
std::string without_the_verdict(const std::string& text) {
  return text.substr(0, text.find("castaway vt: "));
}

TEST(Writes, OfManyBytesAreReadInTheSamePartsEachTime) {
  const auto [one, other] = expect_recorded("writes");
  EXPECT_THAT(one.err, testing::HasSubstr("TCP: "));
  EXPECT_EQ(without_the_verdict(one.err), without_the_verdict(other.err));
}

TEST(Chance, IsTheSameForTheSameSeedOnly) {
  const auto drawn = [](const std::string& seed) {
    const Outcome run = run_in_virtual_time({test_program("chance")}, {"--seed", seed});
    EXPECT_THAT(run, IsDeterministic());
    std::istringstream lines(run.out);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) found.push_back(line);
    return found;
  };
  const auto seven = drawn("7"), eight = drawn("8");
  ASSERT_EQ(seven.size(), 6U);
  EXPECT_EQ(drawn("7"), seven);
  ASSERT_EQ(eight.size(), 6U);
  for (std::size_t i = 0; i < seven.size(); ++i) EXPECT_NE(seven[i], eight[i]);
}

}  // namespace
}  // namespace castaway::virtual_time
