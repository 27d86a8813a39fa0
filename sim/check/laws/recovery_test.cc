#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

/// Nothing goes wrong from 10s on, and everything works again at 12s.
HistoryBuilder calm() {
  HistoryBuilder h;
  h.history.quiet = TimePoint(10s);
  h.history.recovery = 2s;
  return h;
}

std::string argument(const HistoryBuilder& h) { return to_string(recovery(h.history), h.history); }

TEST(Recovery, ACallThatIsAnsweredOnceAllIsWellHolds) {
  HistoryBuilder h = calm();
  h.at(12s).invoke("c1/main", "ping", call, 5s);
  h.returned("c1", "ping");
  h.invoke("c1/main", "pong", call, 5s);
  h.error("c1", "pong");
  const Verdict verdict = recovery(h.history);
  EXPECT_THAT(verdict, Holds());
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(Recovery, ACallThatTimesOutLongAfterTheLastFaultIsAViolation) {
  HistoryBuilder h = calm();
  h.at(20s).invoke("c1/main", "ping", call, 5s);
  h.at(25s).timeout("c1", "ping");
  EXPECT_EQ(argument(h),
            "recovery is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" timed out, though nothing was wrong any more.\n"
            "  1  event 0  20s  c1/main called ping, until 25s\n"
            "  2  event 1  25s  ping timed out at c1 (it may have been executed)\n"
            "From 2s after the last fault on, a call is answered. It came 10s after that.\n");
}

TEST(Recovery, ACallThatFailsLongAfterTheLastFaultIsAViolation) {
  HistoryBuilder h = calm();
  h.at(20s).invoke("c1/main", "ping", call);
  h.failure("c1", "ping");
  EXPECT_THAT(recovery(h.history), IsViolated());
}

TEST(Recovery, ACallThatNeverCompletesIsAViolationOnceTheRunHasComeToRest) {
  HistoryBuilder h = calm();
  h.at(20s).invoke("c1/main", "ping", call, 5s);
  h.execute("s1", "ping");
  EXPECT_EQ(argument(h),
            "recovery is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" never completed, though nothing was wrong any more.\n"
            "  1  event 0      20s  c1/main called ping, until 25s\n"
            "  2  event 1  20.001s  s1 executed ping, and was still at work\n"
            "From 2s after the last fault on, a call is answered. It came 10s after that.\n");
  h.history.ending = Ending::limit;
  EXPECT_THAT(recovery(h.history), IsVacuous());
}

TEST(Recovery, WhoIsKilledLaterOwesNothing) {
  HistoryBuilder h = calm();
  h.at(20s).invoke("c1/main", "ping", call, 5s);
  h.process("c1", "killed");
  EXPECT_THAT(recovery(h.history), IsVacuous());
}

TEST(Recovery, CallsThatComeTooEarlyAreNotJudged) {
  HistoryBuilder h = calm();
  h.at(11999ms).invoke("c1/main", "ping", call, 5s);
  h.failure("c1", "ping");
  EXPECT_EQ(argument(h),
            "recovery is vacuous: no call with time enough came once everything should work "
            "again\n");
}

TEST(Recovery, CallsWithoutTimeEnoughAndCastsAreNotJudged) {
  HistoryBuilder h = calm();
  h.at(20s).invoke("c1/main", "ping", call, 1999ms);
  h.timeout("c1", "ping");
  h.invoke("c1/main", "pong", cast, 5s);
  h.failure("c1", "pong");
  EXPECT_THAT(recovery(h.history), IsVacuous());
}

TEST(Recovery, IsVacuousWhereNobodySaysWhenTheFaultsWereOver) {
  HistoryBuilder h;
  h.at(20s).invoke("c1/main", "ping", call, 5s);
  h.timeout("c1", "ping");
  EXPECT_EQ(argument(h),
            "recovery is vacuous: the history does not say from when on nothing went wrong\n");
}

}  // namespace
}  // namespace castaway::check
