// The families of system calls: each has a program that prints what it observes, and when.

#include <gtest/gtest.h>

#include "run.h"

namespace castaway::virtual_time {
namespace {

TEST(Sleeps, EndAtTheirTimeOrBySignals) { expect_recorded("sleeps"); }

TEST(Clocks, AgreeHoweverTheyAreRead) { expect_recorded("clocks"); }

TEST(Locks, AreHandedOnInOrderAndTimeOut) { expect_recorded("locks"); }

TEST(Locks, WorkBetweenProcessesAndWhenTheirOwnerDies) { expect_recorded("shared_locks"); }

TEST(Futexes, WakeMoveAndChangeWords) { expect_recorded("futexes"); }

TEST(Polls, EndAtTheirTimeWhenReadyOrBySignals) { expect_recorded("polls"); }

}  // namespace
}  // namespace castaway::virtual_time
