#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(at_most_once(h.history), h.history);
}

void deliver_and_execute(HistoryBuilder& h, std::string_view server, std::string_view op,
                         More delivery = {}) {
  const EventIndex delivered = h.deliver(server, op, delivery);
  h.execute(server, op, {.copy = delivery.copy, .cause = delivered});
  h.done(server, op, {.copy = delivery.copy});
}

TEST(AtMostOnce, HoldsWhenEachOperationIsExecutedOnce) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping#0", call);
  h.invoke("c1/main", "ping#1", cast);
  deliver_and_execute(h, "s1", "ping#0");
  deliver_and_execute(h, "s2", "ping#1");
  EXPECT_THAT(at_most_once(h.history), Holds());
  EXPECT_EQ(argument(h), "at-most-once holds (2 judged)\n");
}

TEST(AtMostOnce, IsVacuousWhenNothingIsExecuted) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping#0", call);
  h.deliver("s1", "ping#0");
  EXPECT_THAT(at_most_once(h.history), IsVacuous());
  EXPECT_EQ(argument(h), "at-most-once is vacuous: no operation was executed\n");
}

TEST(AtMostOnce, HoldsWhenACopyArrivesAndIsNotExecuted) {
  HistoryBuilder h;
  h.invoke("c1/main", "probe", cast);
  deliver_and_execute(h, "s1", "probe");
  h.deliver("s1", "probe", {.copy = 2});
  EXPECT_THAT(at_most_once(h.history), Holds());
}

TEST(AtMostOnce, EqualArgumentsAreNoDuplicate) {
  HistoryBuilder h;
  h.invoke("c1/main", "add#0", cast, {}, {.value = "n=1"});
  h.invoke("c1/main", "add#1", cast, {}, {.value = "n=1"});
  h.execute("s1", "add#0", {.value = "n=1"});
  h.execute("s1", "add#1", {.value = "n=1"});
  EXPECT_THAT(at_most_once(h.history), Holds());
}

TEST(AtMostOnce, OneDeliveryThatIsExecutedTwiceIsTheServersOwnDoing) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  deliver_and_execute(h, "s1", "job");
  h.execute("s1", "job");
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The cast \"job\" was executed twice by s1.\n"
            "  1  event 2  2ms  s1 executed job for the first time\n"
            "  2  event 4  4ms  s1 executed job again\n"
            "A cast may be executed at most once. One delivery was executed twice, 2ms apart.\n");
}

TEST(AtMostOnce, AHistoryWithoutDeliveriesIsJudgedAllTheSame) {
  HistoryBuilder h;
  h.execute("s1", "job");
  h.execute("s1", "job");
  h.execute("s2", "job");
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The operation \"job\" was executed 3 times, by s1 and s2.\n"
            "  1  event 0   0s  s1 executed job for the first time\n"
            "  2  event 1  1ms  s1 executed job again\n"
            "  3  event 2  2ms  s2 executed job once more: 3 times in all\n"
            "An operation may be executed at most once. The executions began 1ms apart; the "
            "history does not show both deliveries. The history does not show where the copy came "
            "from: record \"deliver\", \"publish\", \"settle\", \"link\" and \"process\".\n");
}

TEST(AtMostOnce, OfMoreThanThreeServersTwoAreNamed) {
  const auto who_executed = [](int servers) {
    HistoryBuilder h;
    for (int i = 1; i <= servers; ++i) h.execute("s" + std::to_string(i), "job");
    return at_most_once(h.history).violations.at(0).what;
  };
  EXPECT_EQ(who_executed(3), "The operation \"job\" was executed 3 times, by s1, s2 and s3.");
  EXPECT_EQ(who_executed(5), "The operation \"job\" was executed 5 times, by s1, s2 and 3 more.");
}

TEST(AtMostOnce, AnExecutionWithoutADeliveryOfItsOwnIsToldAsFarAsItIsKnown) {
  HistoryBuilder h;
  h.execute("s1", "job");
  deliver_and_execute(h, "s1", "job");
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The operation \"job\" was executed twice by s1.\n"
            "  1  event 0   0s  s1 executed job for the first time\n"
            "  2  event 1  1ms  the broker handed job to s1 again\n"
            "  3  event 2  2ms  s1 executed job again\n"
            "An operation may be executed at most once. The executions began 2ms apart; the "
            "history does not show both deliveries. The history does not show where the copy came "
            "from: record \"publish\", \"settle\", \"link\" and \"process\".\n");
}

TEST(AtMostOnce, AFanoutIsExecutedByEachServerOnce) {
  HistoryBuilder h;
  h.invoke("c1/main", "news", fanout);
  for (const std::string_view server : {"s1", "s2", "s3"}) deliver_and_execute(h, server, "news");
  EXPECT_EQ(argument(h), "at-most-once holds (3 judged)\n");
}

TEST(AtMostOnce, AFanoutIsViolatedByTheServerThatExecutesItTwice) {
  HistoryBuilder h;
  h.invoke("c1/main", "news", fanout);
  const EventIndex copied = h.fault("echo", "news", "duplicate");
  deliver_and_execute(h, "s1", "news");
  deliver_and_execute(h, "s2", "news");
  deliver_and_execute(h, "s2", "news", {.copy = 2, .cause = copied});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (2 judged)\n"
            "\n"
            "The fanout \"news\" was executed twice by s2.\n"
            "  1  event 6  6ms  s2 executed news for the first time\n"
            "  2  event 8  8ms  the broker handed news to s2 again, as its next message  [echo]\n"
            "  3  event 9  9ms  s2 executed news again\n"
            "A fanout may be executed at most once by each server. Between the copies lay "
            "0 messages and 3ms. Largest gap survived: none.\n");
}

TEST(AtMostOnce, ReportsEveryViolationInTheOrderOfTheSecondExecutions) {
  HistoryBuilder h;
  h.execute("s1", "a");
  h.execute("s1", "b");
  h.execute("s1", "c");
  h.execute("s1", "b");
  h.execute("s1", "a");
  const Verdict verdict = at_most_once(h.history);
  EXPECT_EQ(verdict.judged, 3U);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].op, "b");
  EXPECT_EQ(verdict.violations[1].op, "a");
}

}  // namespace
}  // namespace castaway::check
