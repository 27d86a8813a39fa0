#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(deadline(h.history), h.history); }

/// A call of 5s that completes as `complete` says at `time`.
template <typename Complete>
Verdict verdict_at(Duration time, Complete complete, Duration slack = {}) {
  HistoryBuilder h;
  h.history.slack = slack;
  h.invoke("c1/main", "ping", call, 5s);
  h.at(time);
  complete(h);
  return deadline(h.history);
}

constexpr auto timeout = [](HistoryBuilder& h) { h.timeout("c1", "ping"); };
constexpr auto returned = [](HistoryBuilder& h) { h.returned("c1", "ping"); };
constexpr auto failure = [](HistoryBuilder& h) { h.failure("c1", "ping"); };

TEST(Deadline, ATimeoutComesAtItsTimeOrOneTickBefore) {
  EXPECT_THAT(verdict_at(5s, timeout), Holds());
  EXPECT_THAT(verdict_at(5s - 1ns, timeout), Holds());
  EXPECT_THAT(verdict_at(5s - 2ns, timeout), IsViolated());
  EXPECT_THAT(verdict_at(5s + 1ns, timeout), IsViolated());
}

TEST(Deadline, AnAnswerOrAFailureMayComeEarlyButNotLate) {
  EXPECT_THAT(verdict_at(1s, returned), Holds());
  EXPECT_THAT(verdict_at(5s, returned), Holds());
  EXPECT_THAT(verdict_at(5s + 1ns, returned), IsViolated());
  EXPECT_THAT(verdict_at(1s, failure), Holds());
  EXPECT_THAT(verdict_at(5s + 1ns, failure), IsViolated());
}

TEST(Deadline, SlackForgivesLatenessButNotHaste) {
  EXPECT_THAT(verdict_at(5s + 50ms, timeout, 50ms), Holds());
  EXPECT_THAT(verdict_at(5s + 50ms + 1ns, timeout, 50ms), IsViolated());
  EXPECT_THAT(verdict_at(5s - 50ms, timeout, 50ms), IsViolated());
}

TEST(Deadline, AMonitoredCallMayTimeOutOnceNothingWasHeardOfItForThatLong) {
  const auto monitored = [](Duration time) {
    HistoryBuilder h;
    Event invoke{.kind = EventKind::invoke, .operation = call, .deadline = TimePoint(5s)};
    invoke.op = h.history.intern("ping");
    invoke.monitor = 2s;
    h.history.add(invoke);
    h.at(time).timeout("c1", "ping");
    return deadline(h.history);
  };
  EXPECT_THAT(monitored(2s), Holds());
  EXPECT_THAT(monitored(3s), Holds());
  EXPECT_THAT(monitored(2s - 2ns), IsViolated());
  EXPECT_THAT(monitored(5s + 1ns), IsViolated());
}

TEST(Deadline, IsVacuousWhenNobodyHasADeadline) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", cast);
  h.at(9min).returned("c1", "ping");
  h.timeout("c1", "unknown");
  EXPECT_EQ(argument(h), "deadline is vacuous: no operation with a deadline completed\n");
}

TEST(Deadline, AHangIsNotItsBusiness) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.at(9s).note("the end");
  EXPECT_THAT(deadline(h.history), IsVacuous());
}

TEST(Deadline, AnEarlyTimeoutIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.execute("s1", "ping");
  h.at(2500ms).timeout("c1", "ping");
  EXPECT_EQ(argument(h),
            "deadline is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" timed out 2.5s too early.\n"
            "  1  event 0    0s  c1/main called ping, until 5s\n"
            "  2  event 2  2.5s  ping timed out at c1 (it may have been executed), 2.5s too early\n"
            "A timeout comes no earlier than the deadline. It had waited 2.5s of 5s.\n");
}

TEST(Deadline, ALateFailureIsArgued) {
  HistoryBuilder h;
  h.history.slack = 100ms;
  h.invoke("c1/main", "ping", cast, 5s);
  h.at(7s).failure("c1", "ping", {.detail = "connection refused", .effect = Effect::none});
  EXPECT_EQ(argument(h),
            "deadline is violated once (1 judged)\n"
            "\n"
            "The cast \"ping\" failed 2s too late.\n"
            "  1  event 0  0s  c1/main cast ping, until 5s\n"
            "  2  event 1  7s  ping failed at c1 (no server executes it): connection refused, 2s "
            "too late\n"
            "A cast completes by its deadline, with a slack of 100ms. It took 7s of 5s.\n");
}

TEST(Deadline, EveryLateCompletionIsReported) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.at(5s).timeout("c1", "ping");
  h.at(6s).returned("c1", "ping");
  const Verdict verdict = deadline(h.history);
  EXPECT_EQ(verdict.judged, 2U);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what, "The call \"ping\" returned 1s too late.");
}

TEST(Deadline, WhoWasPausedOverItIsExcused) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.process("c1", "paused");
  h.at(10s).process("c1", "resumed");
  h.timeout("c1", "ping");
  EXPECT_EQ(argument(h), "deadline is vacuous: whoever was late had been paused\n");
}

TEST(Deadline, WhoWasUpAgainInTimeIsNotExcused) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.process("c1", "paused");
  h.at(4s).process("c1", "resumed");
  h.at(6s).timeout("c1", "ping");
  EXPECT_THAT(deadline(h.history), IsViolated());
}

TEST(Deadline, AnotherProcessesPauseOrOneBeforeIsNoExcuse) {
  HistoryBuilder h;
  h.process("c1", "paused");
  h.invoke("c1/main", "ping", call, 5s);
  h.process("s1", "paused");
  h.at(6s).timeout("c1", "ping");
  EXPECT_THAT(deadline(h.history), IsViolated());
}

TEST(Deadline, APauseDoesNotExcuseHaste) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.process("c1", "paused");
  h.timeout("c1", "ping");
  EXPECT_THAT(deadline(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
