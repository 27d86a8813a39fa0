#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(no_phantom(h.history), h.history);
}

TEST(NoPhantom, HoldsForACallThatIsAskedForExecutedAndAnswered) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 5s, {.value = "ping(1)", .method = "ping"});
  h.deliver("s1", "a");
  h.execute("s1", "a", {.value = "ping(1)", .method = "ping"});
  h.done("s1", "a");
  h.returned("c1", "a");
  EXPECT_EQ(argument(h), "no-phantom holds (2 judged)\n");
}

TEST(NoPhantom, AnExecutionThatNobodyAskedForIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast);
  h.execute("s1", "a");
  const EventIndex delivery = h.deliver("s1", "b");
  h.execute("s1", "b", {.method = "boo", .cause = delivery});
  EXPECT_EQ(argument(h),
            "no-phantom is violated once (2 judged)\n"
            "\n"
            "s1 executed b, which nobody had asked for.\n"
            "  1  event 2  2ms  the broker handed b to s1\n"
            "  2  event 3  3ms  s1 executed b, method boo\n"
            "Nothing is executed that was not asked for with the same method and arguments: "
            "1 of 2 executions was not.\n");
}

TEST(NoPhantom, AnExecutionBeforeItsInvokeIsOne) {
  HistoryBuilder h;
  h.execute("s1", "a");
  h.invoke("c1/main", "a", cast);
  const Verdict verdict = no_phantom(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what,
            "s1 executed the cast \"a\", which was invoked only later.");
}

TEST(NoPhantom, AnExecutionOfAnotherMethodIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast, {}, {.method = "ping", .topic = "compute"});
  h.execute("s1", "a", {.method = "reboot"});
  EXPECT_EQ(argument(h),
            "no-phantom is violated once (1 judged)\n"
            "\n"
            "s1 executed the cast \"a\", which was asked for with another method.\n"
            "  1  event 0   0s  c1/main cast a, method ping on compute\n"
            "  2  event 1  1ms  s1 executed a, method reboot\n"
            "Nothing is executed that was not asked for with the same method and arguments: "
            "1 of 1 execution was not.\n");
}

TEST(NoPhantom, AnExecutionWithOtherArgumentsIsOne) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", fanout, {}, {.value = "n=1", .method = "add"});
  h.execute("s1", "a", {.value = "n=1", .method = "add"});
  h.execute("s2", "a", {.value = "n=2", .method = "add"});
  const Verdict verdict = no_phantom(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what,
            "s2 executed the fanout \"a\", which was asked for with other arguments.");
}

TEST(NoPhantom, AnExecutionWithoutAnOperationIsOne) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast);
  h.execute("s1", "");
  const Verdict verdict = no_phantom(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what, "s1 executed something, which nobody had asked for.");
}

TEST(NoPhantom, WhatIsNotGivenIsNotCompared) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast, {}, {.value = "n=1", .method = "add"});
  h.execute("s1", "a");
  h.invoke("c1/main", "b", cast);
  h.execute("s1", "b", {.value = "n=1", .method = "add"});
  EXPECT_THAT(no_phantom(h.history), Holds());
}

TEST(NoPhantom, AResultBeforeTheExecutionEndedIsArguedWithHowMuchTooEarlyItCame) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.returned("c1", "a");
  h.at(20ms).done("s1", "a");
  EXPECT_EQ(argument(h),
            "no-phantom is violated once (2 judged)\n"
            "\n"
            "The call \"a\" returned before an execution of it had ended.\n"
            "  1  event 0    0s  c1/main called a\n"
            "  2  event 1   1ms  s1 executed a\n"
            "  3  event 2   2ms  a returned to c1\n"
            "  4  event 3  20ms  s1 finished a\n"
            "A call completes with an answer only after an execution of it has ended. The first "
            "ended 18ms later.\n");
}

TEST(NoPhantom, AResultOfAnExecutionThatWasKilledIsOne) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/main", "b", call);
  h.serve("s1", "a");
  h.execute("s1", "b");
  h.process("s1", "killed");
  h.returned("c1", "b");
  EXPECT_EQ(argument(h),
            "no-phantom is violated once (3 judged)\n"
            "\n"
            "The call \"b\" returned before an execution of it had ended.\n"
            "  1  event 1  1ms  c1/main called b\n"
            "  2  event 5  5ms  s1 executed b\n"
            "  3  event 7  7ms  b returned to c1\n"
            "A call completes with an answer only after an execution of it has ended. No execution "
            "of it ended in this run.\n");
}

TEST(NoPhantom, AnErrorThatNoServerGaveIsOne) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/main", "b", call);
  h.serve("s1", "a");
  h.reply("s1", "a");
  h.error("c1", "b");
  const Verdict verdict = no_phantom(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what,
            "The call \"b\" raised an error before an execution of it had ended.");
}

TEST(NoPhantom, AServerMayRefuseWithoutExecuting) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.deliver("s1", "a");
  h.reply("s1", "a");
  h.error("c1", "a", {.value = "no such method"});
  EXPECT_EQ(argument(h),
            "no-phantom is vacuous: no operation was executed, and no call got an answer\n");
}

TEST(NoPhantom, ARefusalIsNoResult) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.deliver("s1", "a");
  h.reply("s1", "a");
  h.returned("c1", "a");
  EXPECT_THAT(no_phantom(h.history), IsViolated());
}

TEST(NoPhantom, CastsTimeoutsAndFailuresClaimNothing) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", cast);
  h.invoke("c1/main", "b", call);
  h.invoke("c1/main", "c", call);
  h.accept("a");
  h.returned("c1", "a");
  h.timeout("c1", "b");
  h.failure("c1", "c");
  EXPECT_THAT(no_phantom(h.history), IsVacuous());
}

TEST(NoPhantom, AHistoryWithoutServersCannotMissAnExecution) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.publish("c1", "a");
  h.returned("c1", "a");
  EXPECT_EQ(argument(h), "no-phantom is vacuous: the history shows nothing of the servers\n");
}

TEST(NoPhantom, AHistoryWithoutClientsCannotSayWhoAsked) {
  HistoryBuilder h;
  h.serve("s1", "a");
  EXPECT_EQ(argument(h), "no-phantom is vacuous: no operation was invoked\n");
}

TEST(NoPhantom, AHistoryWithoutEndsMakesDoWithBeginnings) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/main", "b", call);
  h.execute("s1", "a");
  h.returned("c1", "a");
  EXPECT_EQ(argument(h), "no-phantom holds (2 judged)\n");
  h.returned("c1", "b");
  EXPECT_THAT(no_phantom(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
