#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(one_completion(h.history), h.history);
}

TEST(OneCompletion, HoldsHoweverAnOperationCompletes) {
  HistoryBuilder h;
  for (const std::string_view op : {"a", "b", "c", "d"}) h.invoke("c1/main", op, call, 5s);
  h.returned("c1", "a");
  h.error("c1", "b");
  h.timeout("c1", "c");
  h.failure("c1", "d");
  EXPECT_EQ(argument(h), "one-completion holds (4 judged)\n");
}

TEST(OneCompletion, IsVacuousWithoutOperations) {
  HistoryBuilder h;
  EXPECT_THAT(one_completion(h.history), IsVacuous());
  h.note("nothing to see");
  EXPECT_EQ(argument(h), "one-completion is vacuous: no operation was invoked\n");
}

TEST(OneCompletion, TwoCompletionsAreArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s, {.method = "ping", .topic = "compute"});
  h.at(5s).timeout("c1", "ping");
  h.returned("c1", "ping");
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" completed twice: it timed out, and then returned.\n"
            "  1  event 0      0s  c1/main called ping, method ping on compute, until 5s\n"
            "  2  event 1      5s  ping timed out at c1 (it may have been executed)\n"
            "  3  event 2  5.001s  ping returned to c1\n"
            "A call completes exactly once. The second completion came 1ms after the first.\n");
}

TEST(OneCompletion, ThreeCompletionsOfAnUnknownOperationAreOneViolation) {
  HistoryBuilder h;
  h.returned("c1", "ping");
  h.returned("c1", "ping");
  h.failure("c1", "ping", {.detail = "connection closed", .effect = Effect::dispatched});
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The operation \"ping\" completed 3 times: it returned, and then returned again.\n"
            "  1  event 0   0s  ping returned to c1\n"
            "  2  event 1  1ms  ping returned to c1\n"
            "  3  event 2  2ms  ping failed at c1 (a server took it up): connection closed\n"
            "An operation completes exactly once. The second completion came 1ms after the "
            "first.\n");
}

TEST(OneCompletion, NoneWhenNothingIsLeftToHappenIsAHang) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.publish("c1", "ping");
  h.at(6s).note("the end");
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" never completed.\n"
            "  1  event 0   0s  c1/main called ping, until 5s\n"
            "  2  event 1  1ms  c1 published ping\n"
            "  3  event 2   6s  the run ended, and nothing was left that could happen\n"
            "A call completes exactly once. This one had waited 6s, 1s longer than it may.\n");
}

TEST(OneCompletion, ACastWithoutADeadlineHangsToo) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", cast);
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The cast \"ping\" never completed.\n"
            "  1  event 0  0s  c1/main cast ping\n"
            "  2  event 0  0s  the run ended, and nothing was left that could happen\n"
            "A cast completes exactly once. This one had waited 0s.\n");
}

TEST(OneCompletion, AtTheTimeLimitOnlyADeadlineThatHasPassedMakesAHang) {
  HistoryBuilder h;
  h.history.ending = Ending::limit;
  h.history.slack = 1s;
  h.invoke("c1/main", "due", call, 5s);
  h.invoke("c2/main", "later", call, 60s);
  h.invoke("c3/main", "whenever", cast);
  h.at(6s).note("within the slack");
  EXPECT_EQ(argument(h),
            "one-completion is vacuous: no operation had to be completed when the run ended\n");
  h.at(6s + 1ns).note("the end");
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The call \"due\" never completed.\n"
            "  1  event 0            0s  c1/main called due, until 5s\n"
            "  2  event 4  6.000000001s  the run ended at its time limit\n"
            "A call completes exactly once. This one had waited 6.000000001s, 1.000000001s longer "
            "than it may.\n");
}

TEST(OneCompletion, WhatHasNoDeadlineHangsAfterAnHour) {
  HistoryBuilder h;
  h.history.ending = Ending::limit;
  h.invoke("c1/main", "add", cast);
  h.at(1h).note("the limit");
  EXPECT_THAT(one_completion(h.history), IsVacuous());
  h.at(1h + 1ns).note("the limit");
  EXPECT_EQ(argument(h),
            "one-completion is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" never completed.\n"
            "  1  event 0               0s  c1/main cast add\n"
            "  2  event 2  3600.000000001s  the run ended at its time limit\n"
            "A cast completes exactly once. This one had waited 3600.000000001s.\n");
}

TEST(OneCompletion, ARunThatWasCutShowsNoHangsButTwoCompletions) {
  HistoryBuilder h;
  h.history.ending = Ending::cut;
  h.invoke("c1/main", "a", call, 1s);
  h.invoke("c1/main", "b", call, 1s);
  h.returned("c1", "b");
  h.at(9s).note("cut");
  EXPECT_EQ(argument(h), "one-completion holds (1 judged)\n");
  h.returned("c1", "b");
  EXPECT_THAT(one_completion(h.history), IsViolated());
}

TEST(OneCompletion, AKilledClientCompletesNothing) {
  HistoryBuilder h;
  h.invoke("c1/main", "before", call, 5s);
  h.process("c1", "killed");
  h.process("c1", "started");
  EXPECT_THAT(one_completion(h.history), IsVacuous());
  h.invoke("c1/main", "after", call, 5s);
  const Verdict verdict = one_completion(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].op, "after");
}

TEST(OneCompletion, ReportsEveryHangInTheOrderOfTheInvokes) {
  HistoryBuilder h;
  h.execute("s1", "b");
  h.invoke("c1/main", "a", call, 5s);
  h.invoke("c1/main", "b", call, 5s);
  const Verdict verdict = one_completion(h.history);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].op, "a");
  EXPECT_EQ(verdict.violations[1].op, "b");
}

}  // namespace
}  // namespace castaway::check
