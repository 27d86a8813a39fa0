#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(cast_accepted(h.history), h.history);
}

/// A cast that returns at 1 ms; the broker accepts another one before.
HistoryBuilder unaccepted(OperationKind kind = cast) {
  HistoryBuilder h;
  h.accept("other");
  h.at(0ms).invoke("c1/main", "add", kind);
  h.returned("c1", "add");
  return h;
}

TEST(CastAcceptedLaw, HoldsWhenTheBrokerHasTakenChargeBefore) {
  for (const OperationKind kind : {cast, fanout}) {
    HistoryBuilder h;
    h.invoke("c1/main", "add", kind);
    h.accept("add", {.detail = "unroutable"});
    h.returned("c1", "add");
    EXPECT_EQ(argument(h), "cast-accepted holds (1 judged)\n");
  }
}

TEST(CastAcceptedLaw, AReturnWithoutAnAcceptIsArgued) {
  EXPECT_EQ(argument(unaccepted()),
            "cast-accepted is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" returned, and the broker had not accepted it.\n"
            "  1  event 1   0s  c1/main cast add\n"
            "  2  event 2  1ms  add returned to c1\n"
            "A cast returns once the broker has taken charge of it.\n");
  EXPECT_THAT(cast_accepted(unaccepted(fanout).history), IsViolated());
}

TEST(CastAcceptedLaw, AnAcceptThatComesOnlyThenIsShown) {
  HistoryBuilder h = unaccepted();
  h.at(5ms).accept("add");
  EXPECT_EQ(argument(h),
            "cast-accepted is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" returned, and the broker had not accepted it.\n"
            "  1  event 1   0s  c1/main cast add\n"
            "  2  event 2  1ms  add returned to c1\n"
            "  3  event 3  5ms  the broker accepted add, only now\n"
            "A cast returns once the broker has taken charge of it. That was 4ms later.\n");
}

TEST(CastAcceptedLaw, WhatFailsAndWhatIsACallNeedsNoAccept) {
  HistoryBuilder failed;
  failed.accept("other");
  failed.invoke("c1/main", "add", cast);
  failed.failure("c1", "add");
  EXPECT_EQ(argument(failed), "cast-accepted is vacuous: no cast returned\n");
  EXPECT_THAT(cast_accepted(unaccepted(call).history), IsVacuous());
  EXPECT_THAT(cast_accepted(unaccepted(OperationKind::none).history), IsVacuous());
}

TEST(CastAcceptedLaw, AHistoryWithoutAcceptsWasNotRecordedAtTheBroker) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.returned("c1", "add");
  EXPECT_EQ(argument(h),
            "cast-accepted is vacuous: the history shows nothing that the broker accepted\n");
}

TEST(CastAcceptedLaw, ClocksThatAreOffMayExplainAnAcceptThatComesLaterAndNoneThatNeverComes) {
  HistoryBuilder later = unaccepted();
  later.at(5ms).accept("add");
  later.history.skew = 1ms;
  EXPECT_THAT(cast_accepted(later.history), IsViolated())
      << "4 ms are more than two clocks are off";
  later.history.skew = 2ms;
  EXPECT_THAT(cast_accepted(later.history), Holds());

  HistoryBuilder never = unaccepted();
  never.at(1s).note("much later");
  never.history.skew = 2ms;
  EXPECT_THAT(cast_accepted(never.history), IsViolated());
}

TEST(CastAcceptedLaw, BehindTheEndOfACutHistoryAnAcceptMayFollowIfClocksAreOff) {
  HistoryBuilder h = unaccepted();
  h.history.ending = Ending::cut;
  EXPECT_THAT(cast_accepted(h.history), IsViolated());
  h.history.skew = 2ms;
  EXPECT_THAT(cast_accepted(h.history), Holds());
}

TEST(CastAcceptedLaw, OfWhatBeganBeforeTheHistoryItJudgesNothing) {
  HistoryBuilder h = unaccepted();
  h.history.from = TimePoint(1s);
  EXPECT_EQ(cast_accepted(h.history).unseen, 1U);
  EXPECT_THAT(cast_accepted(h.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
