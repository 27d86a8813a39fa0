#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(stop_ends(h.history), h.history); }

/// A server that is told to stop at 1 ms, in a history whose writer counted what was left.
HistoryBuilder stopping() {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.process("s1", "stopping");
  h.at(9ms).residue("pending operations", 0);
  h.at(2ms);
  return h;
}

TEST(StopEndsLaw, HoldsOnceTheServerHasFinished) {
  HistoryBuilder h = stopping();
  h.process("s1", "stopped");
  h.process("s1", "drained");
  EXPECT_EQ(argument(h), "stop-ends holds (1 judged)\n");
}

TEST(StopEndsLaw, AStopThatNeverEndsIsArgued) {
  EXPECT_EQ(argument(stopping()),
            "stop-ends is violated once (1 judged)\n"
            "\n"
            "s1 was told to stop, and never did.\n"
            "  1  event 1  1ms  s1: stopping\n"
            "  2  event 2  9ms  the run ended, and nothing was left that could happen\n"
            "stop() ends once no request is begun any more, and wait() once those begun have "
            "ended.\n");
}

TEST(StopEndsLaw, AWaitThatNeverEndsIsArgued) {
  HistoryBuilder h = stopping();
  h.process("s1", "stopped");
  EXPECT_EQ(argument(h),
            "stop-ends is violated once (1 judged)\n"
            "\n"
            "s1 stopped, and never finished what it had begun.\n"
            "  1  event 1  1ms  s1: stopping\n"
            "  2  event 3  2ms  s1: stopped\n"
            "  3  event 3  2ms  the run ended, and nothing was left that could happen\n"
            "stop() ends once no request is begun any more, and wait() once those begun have "
            "ended.\n");
}

TEST(StopEndsLaw, InALivelockToo) {
  HistoryBuilder h = stopping();
  h.history.ending = Ending::livelock;
  ASSERT_THAT(stop_ends(h.history), IsViolated());
  EXPECT_EQ(stop_ends(h.history).violations[0].steps.back().text,
            "time stood still: so much happened at one instant that it never went on");
}

TEST(StopEndsLaw, InARunThatGoesOnItMayStillEnd) {
  for (const Ending ending : {Ending::limit, Ending::cut}) {
    HistoryBuilder h = stopping();
    h.history.ending = ending;
    EXPECT_EQ(argument(h), "stop-ends is vacuous: the history shows no end of a stop\n");
  }
}

TEST(StopEndsLaw, ExcusedIsAServerThatIsKilledOrBusyForEver) {
  HistoryBuilder killed = stopping();
  killed.process("s1", "killed");
  EXPECT_THAT(stop_ends(killed.history), IsVacuous());

  HistoryBuilder busy = stopping();
  busy.execute("s1", "long");
  EXPECT_THAT(stop_ends(busy.history), IsVacuous());
  busy.done("s1", "long");
  EXPECT_THAT(stop_ends(busy.history), IsViolated());

  HistoryBuilder others = stopping();
  others.execute("s2", "long");
  others.process("s2", "killed");
  EXPECT_THAT(stop_ends(others.history), IsViolated());
}

TEST(StopEndsLaw, AnExecutionThatWasKilledIsNothingToWaitFor) {
  HistoryBuilder h;
  h.execute("s1", "long");
  h.process("s1", "killed");
  h.process("s1", "stopping");
  h.residue("pending operations", 0);
  EXPECT_THAT(stop_ends(h.history), IsViolated());
}

TEST(StopEndsLaw, WhoServesAgainHasStopped) {
  HistoryBuilder h = stopping();
  h.process("s1", "serving");
  EXPECT_THAT(stop_ends(h.history), Holds());
  h.process("s1", "stopping");
  EXPECT_THAT(stop_ends(h.history), IsViolated());
}

TEST(StopEndsLaw, WhatTheHistoryNeverShowsMayNotHaveBeenRecorded) {
  HistoryBuilder h;
  h.process("s1", "stopping");
  EXPECT_THAT(stop_ends(h.history), IsVacuous());
  h.process("s2", "stopping");
  h.process("s2", "stopped");
  EXPECT_EQ(stop_ends(h.history).violations.size(), 1U) << "s1; nobody records what is drained";
  h.process("s3", "stopping");
  h.process("s3", "drained");
  EXPECT_EQ(stop_ends(h.history).violations.size(), 2U) << "s1 and s2";
}

TEST(StopEndsLaw, InALateHistoryOnlyServersAreBlamedThatItKnowsFromTheirStart) {
  HistoryBuilder h;
  h.history.from = TimePoint(1ms);
  h.at(1ms).process("s1", "stopping");
  h.residue("pending operations", 0);
  EXPECT_THAT(stop_ends(h.history), IsVacuous()) << "s1 may be busy since before";

  HistoryBuilder known;
  known.history.from = TimePoint(1ms);
  known.at(1ms).done("s1", "before");
  known.process("s1", "started");
  known.execute("s1", "long");
  known.process("s1", "stopping");
  known.residue("pending operations", 0);
  EXPECT_THAT(stop_ends(known.history), IsVacuous()) << "the first done is not of this execution";
  known.done("s1", "long");
  EXPECT_THAT(stop_ends(known.history), IsViolated());
}

TEST(StopEndsLaw, WithoutAStopItIsVacuous) {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.process("s1", "stopped");
  EXPECT_THAT(stop_ends(h.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
