#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(task_order(h.history), h.history);
}

TEST(TaskOrder, HoldsForCallsOneAfterTheOther) {
  HistoryBuilder h;
  for (const std::string_view op : {"a", "b", "c"}) {
    h.invoke("c1/main", op, call);
    h.serve("s1", op);
    h.returned("c1", op);
  }
  EXPECT_EQ(argument(h), "task-order holds (2 judged)\n");
}

TEST(TaskOrder, ALateDuplicateOfACallIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 5s);
  h.serve("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call, 5s, {.method = "ping", .topic = "compute"});
  h.execute("s2", "b");
  h.at(9ms).execute("s1", "a");
  h.at(20ms).done("s1", "a");
  EXPECT_EQ(argument(h),
            "task-order is violated once (1 judged)\n"
            "\n"
            "The call \"a\" was executed after the call \"b\" had begun, which its task invoked "
            "later.\n"
            "  1  event 4  4ms  a returned to c1\n"
            "  2  event 5  5ms  c1/main called b, method ping on compute, until 5.005s\n"
            "  3  event 6  6ms  s2 executed b\n"
            "  4  event 7  9ms  s1 executed a only now\n"
            "Once a call has completed, no execution of it ends after a later operation of its "
            "task began. It was executed twice, and 14ms too late.\n");
}

TEST(TaskOrder, AnExecutionThatWasStillRunningIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.error("c1", "a");
  h.invoke("c1/main", "b", fanout);
  h.execute("s2", "b");
  h.done("s1", "a");
  EXPECT_EQ(argument(h),
            "task-order is violated once (1 judged)\n"
            "\n"
            "The call \"a\" was still being executed after the fanout \"b\" had begun, which its "
            "task invoked later.\n"
            "  1  event 2  2ms  a raised an error to c1\n"
            "  2  event 3  3ms  c1/main fanned out b\n"
            "  3  event 4  4ms  s2 executed b\n"
            "  4  event 5  5ms  s1 ended its execution of a only now\n"
            "Once a call has completed, no execution of it ends after a later operation of its "
            "task began. It was executed once, and 1ms too late.\n");
}

TEST(TaskOrder, TheLaterOperationNeedNotBeTheNext) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "never-executed", cast);
  h.invoke("c1/main", "b", cast);
  h.invoke("c1/main", "c", cast);
  h.execute("s1", "c");
  h.execute("s1", "a");
  h.execute("s1", "b");
  const Verdict verdict = task_order(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what,
            "The call \"a\" was executed after the cast \"c\" had begun, which its task invoked "
            "later.");
}

TEST(TaskOrder, AnExecutionThatIsKilledCountsWithItsBeginning) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.process("s1", "killed");
  h.serve("s2", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call);
  h.serve("s2", "b");
  EXPECT_THAT(task_order(h.history), Holds());
  h.execute("s1", "a");
  EXPECT_THAT(task_order(h.history), IsViolated());
}

TEST(TaskOrder, AfterATimeoutOrAFailureThereIsNone) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.timeout("c1", "a");
  h.invoke("c1/main", "b", call);
  h.failure("c1", "b");
  h.invoke("c1/main", "c", call);
  for (const std::string_view op : {"c", "b", "a"}) h.serve("s1", op);
  EXPECT_EQ(argument(h),
            "task-order is vacuous: no task went on to an operation that was executed after a call "
            "had completed\n");
}

TEST(TaskOrder, ACastPinsNothingThatComesAfterIt) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast);
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call);
  h.serve("s1", "b");
  h.serve("s1", "a");
  h.returned("c1", "b");
  EXPECT_THAT(task_order(h.history), IsVacuous());
}

TEST(TaskOrder, TasksAreNotOrdered) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/other", "b", call);
  h.execute("s1", "b");
  h.execute("s1", "a");
  EXPECT_THAT(task_order(h.history), IsVacuous());
}

TEST(TaskOrder, WhatWasInvokedBeforeTheCallCompletedIsNotOrderedBehindIt) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/main", "b", call);
  h.execute("s1", "b");
  h.serve("s1", "a");
  h.returned("c1", "a");
  EXPECT_THAT(task_order(h.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
