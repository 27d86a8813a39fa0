// How a second execution is explained: from the events that say their cause, or from their order.

#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::HasSubstr;

std::string argument(const HistoryBuilder& h) {
  return to_string(at_most_once(h.history), h.history);
}

void deliver_and_execute(HistoryBuilder& h, std::string_view server, std::string_view op,
                         More delivery = {}) {
  const EventIndex delivered = h.deliver(server, op, delivery);
  h.execute(server, op, {.copy = delivery.copy, .cause = delivered});
  h.done(server, op, {.copy = delivery.copy});
}

TEST(AtMostOnceArgument, ACopyOfAFaultIsToldWithTheGapAndTheLargestOneSurvived) {
  HistoryBuilder h;
  h.invoke("c1/main", "probe", cast);
  h.invoke("c1/main", "other", cast);
  const EventIndex echo = h.fault("echo-late", "probe", "duplicate");
  deliver_and_execute(h, "s1", "probe");
  deliver_and_execute(h, "s1", "other");
  for (const std::string_view filler : {"f#0", "f#1"}) deliver_and_execute(h, "s1", filler);
  h.deliver("s1", "other", {.copy = 2});
  deliver_and_execute(h, "s2", "f#2");
  deliver_and_execute(h, "s1", "probe", {.copy = 2, .cause = echo});
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (5 judged)\n"
      "\n"
      "The cast \"probe\" was executed twice by s1.\n"
      "  1  event  4   4ms  s1 executed probe for the first time\n"
      "  2  event 19  19ms  the broker handed probe to s1 again, 4 messages later  [echo-late]\n"
      "  3  event 20  20ms  s1 executed probe again\n"
      "A cast may be executed at most once. Between the copies lay 4 messages and 16ms. "
      "Largest gap survived: 2 messages.\n");
}

TEST(AtMostOnceArgument, ARetryAfterALostConfirmIsTold) {
  HistoryBuilder h;
  h.invoke("c1/main", "call#1", call, 5s);
  h.publish("c1", "call#1");
  h.accept("call#1");
  h.fault("lose-confirm", "call#1", "drop confirm");
  deliver_and_execute(h, "s1", "call#1");
  h.at(1500ms).publish("c1", "call#1", {.copy = 2});
  h.accept("call#1", {.copy = 2});
  deliver_and_execute(h, "s2", "call#1", {.copy = 2});
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (1 judged)\n"
      "\n"
      "The call \"call#1\" was executed twice, by s1 and s2.\n"
      "  1  event  5     5ms  s1 executed call#1 for the first time\n"
      "  2  event  7    1.5s  c1 published call#1 again at 1.5s, as no confirm had come  "
      "[lose-confirm]\n"
      "  3  event  9  1.502s  the broker handed call#1 to s2 as well, 1.498s after s1 had got it\n"
      "  4  event 10  1.503s  s2 executed call#1 too\n"
      "A call may be executed at most once, by all servers together. The executions began 1.498s "
      "apart, on two servers: what s1 remembers does not help s2.\n");
}

TEST(AtMostOnceArgument, ARetryIsToldByItsCausesAlthoughTheCopyIsFlagged) {
  HistoryBuilder h;
  h.invoke("c1/main", "call#1", call, 5s);
  const EventIndex first = h.publish("c1", "call#1");
  const EventIndex accepted = h.accept("call#1", {.cause = first});
  deliver_and_execute(h, "s1", "call#1", {.cause = accepted});
  h.confirm("c1", "call#1");
  const EventIndex second = h.publish("c1", "call#1", {.copy = 2});
  const EventIndex again = h.accept("call#1", {.cause = second});
  deliver_and_execute(h, "s1", "call#1", {.copy = 2, .redelivered = true, .cause = again});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The call \"call#1\" was executed twice by s1.\n"
            "  1  event  4   4ms  s1 executed call#1 for the first time\n"
            "  2  event  7   7ms  c1 published call#1 again at 7ms, although its confirm had come "
            "at 6ms\n"
            "  3  event  9   9ms  the broker handed call#1 to s1 again, as its next message, "
            "flagged as redelivered\n"
            "  4  event 10  10ms  s1 executed call#1 again\n"
            "A call may be executed at most once. Between the copies lay 0 messages and 6ms. "
            "Largest gap survived: none.\n");
}

TEST(AtMostOnceArgument, ALostAckIsToldByTheConnectionThatTookItAlong) {
  HistoryBuilder h;
  h.invoke("c1/main", "call#1", call, 5s);
  h.publish("c1", "call#1");
  h.accept("call#1");
  h.confirm("c1", "call#1");
  const EventIndex delivered = h.deliver("s1", "call#1");
  h.execute("s1", "call#1", {.cause = delivered});
  const EventIndex cut = h.fault("cut", "", "disconnect s1");
  h.link("s1", "closed", cut);
  deliver_and_execute(h, "s1", "call#1", {.copy = 2, .redelivered = true});
  h.done("s1", "call#1");
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (1 judged)\n"
      "\n"
      "The call \"call#1\" was executed twice by s1.\n"
      "  1  event 5  5ms  s1 executed call#1 for the first time\n"
      "  2  event 7  7ms  s1's connection closed before its ack had reached the broker  [cut]\n"
      "  3  event 8  8ms  the broker handed call#1 to s1 again, as its next message, flagged as "
      "redelivered\n"
      "  4  event 9  9ms  s1 executed call#1 again, while the first execution still ran\n"
      "A call may be executed at most once. Between the copies lay 0 messages and 4ms. "
      "Largest gap survived: none.\n");
}

TEST(AtMostOnceArgument, AKilledServerIsToldAndThatItsAckHadCome) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  h.deliver("s1", "job");
  h.settle("s1", "job", "ack");
  h.execute("s1", "job");
  h.process("s1", "killed");
  deliver_and_execute(h, "s2", "job", {.redelivered = true});
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (1 judged)\n"
      "\n"
      "The cast \"job\" was executed twice, by s1 and s2.\n"
      "  1  event 3  3ms  s1 executed job for the first time\n"
      "  2  event 4  4ms  s1 was killed, although its ack had reached the broker\n"
      "  3  event 5  5ms  the broker handed job to s2 as well, 4ms after s1 had got it, flagged as "
      "redelivered\n"
      "  4  event 6  6ms  s2 executed job too\n"
      "A cast may be executed at most once, by all servers together. The executions began 3ms "
      "apart, on two servers: what s1 remembers does not help s2.\n");
}

TEST(AtMostOnceArgument, ARetryNamesTheRuleThatTookTheConfirmBeforeTheOneThatCutTheConnection) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", call);
  h.publish("c1", "job");
  h.accept("job");
  deliver_and_execute(h, "s1", "job");
  h.fault("lose-confirm", "job", "drop");
  h.fault("pull", "", "disconnect");
  h.fault("set-clock", "", "jump_wall");
  h.publish("c1", "job", {.copy = 2});
  deliver_and_execute(h, "s1", "job");
  EXPECT_THAT(argument(h), HasSubstr("  2  event  9   9ms  c1 published job again at 9ms, as no "
                                     "confirm had come  [lose-confirm]\n"));
}

TEST(AtMostOnceArgument, ARetryNamesTheRuleThatCutTheConnectionIfThatIsAll) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", call);
  h.publish("c1", "job");
  h.accept("job");
  deliver_and_execute(h, "s1", "job");
  h.fault("pull", "", "disconnect");
  h.fault("set-clock", "", "jump_wall");
  h.publish("c1", "job", {.copy = 2});
  deliver_and_execute(h, "s1", "job");
  EXPECT_THAT(argument(h), HasSubstr("  2  event  8   8ms  c1 published job again at 8ms, as no "
                                     "confirm had come  [pull]\n"));
}

TEST(AtMostOnceArgument, ARedeliveryAfterACutIsToldAlthoughTheRequestWasPublishedTwice) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", call);
  h.publish("c1", "job");
  h.accept("job");
  h.confirm("c1", "job", {.detail = "nack"});
  const EventIndex again = h.publish("c1", "job", {.copy = 2});
  deliver_and_execute(h, "s1", "job");
  h.fault("pull", "", "disconnect");
  h.link("s1", "cut");
  h.link("s1", "listen closed: connection reset");
  deliver_and_execute(h, "s2", "job", {.redelivered = true, .cause = again});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The call \"job\" was executed twice, by s1 and s2.\n"
            "  1  event  6   6ms  s1 executed job for the first time\n"
            "  2  event  9   9ms  s1's connection was cut before its ack had reached the broker  "
            "[pull]\n"
            "  3  event 11  11ms  the broker handed job to s2 as well, 6ms after s1 had got it, "
            "flagged as redelivered\n"
            "  4  event 12  12ms  s2 executed job too\n"
            "A call may be executed at most once, by all servers together. The executions began "
            "6ms apart, on two servers: what s1 remembers does not help s2.\n");
}

TEST(AtMostOnceArgument, ARetryOfWhatTheBrokerRefusedIsTold) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", call);
  h.publish("c1", "job");
  deliver_and_execute(h, "s1", "job");
  h.confirm("c1", "job", {.detail = "nack"});
  h.publish("c1", "job", {.copy = 2});
  deliver_and_execute(h, "s1", "job");
  EXPECT_THAT(argument(h), HasSubstr("  2  event 6  6ms  c1 published job again at 6ms, as the "
                                     "broker had refused it at 5ms\n"));
}

TEST(AtMostOnceArgument, AHistoryThatKnowsTheLastDeliveryOnlyIsToldByTheOrderOfEvents) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  h.deliver("s1", "job");
  const EventIndex last = h.deliver("s2", "job");
  h.execute("s1", "job", {.cause = last});
  h.execute("s2", "job", {.cause = last});
  EXPECT_THAT(argument(h), HasSubstr("  1  event 2  2ms  the broker handed job to s2 as well, 1ms "
                                     "after s1 had got it\n"));
  h.invoke("c1/main", "other", cast);
  h.deliver("s1", "other");
  const EventIndex copy = h.deliver("s1", "other");
  h.execute("s1", "other", {.cause = copy});
  h.execute("s1", "other", {.cause = copy});
  EXPECT_THAT(argument(h),
              HasSubstr("  1  event 7  7ms  the broker handed other to s1 again, as its "
                        "next message\n"));
}

TEST(AtMostOnceArgument, ARequeueIsTold) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  deliver_and_execute(h, "s1", "job");
  h.settle("s1", "job", "requeue");
  deliver_and_execute(h, "s1", "job", {.redelivered = true});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The cast \"job\" was executed twice by s1.\n"
            "  1  event 2  2ms  s1 executed job for the first time\n"
            "  2  event 4  4ms  s1 gave job back to the broker (requeue)\n"
            "  3  event 5  5ms  the broker handed job to s1 again, as its next message, flagged as "
            "redelivered\n"
            "  4  event 6  6ms  s1 executed job again\n"
            "A cast may be executed at most once. Between the copies lay 0 messages and 4ms. "
            "Largest gap survived: none.\n");
}

TEST(AtMostOnceArgument, ARedeliveryThatNothingExplainsIsToldWithoutAnAck) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  deliver_and_execute(h, "s1", "other");
  h.settle("s1", "other", "ack");
  deliver_and_execute(h, "s1", "job");
  deliver_and_execute(h, "s1", "job", {.redelivered = true});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (2 judged)\n"
            "\n"
            "The cast \"job\" was executed twice by s1.\n"
            "  1  event 6  6ms  s1 executed job for the first time\n"
            "  2  event 8  8ms  the broker handed job to s1 again, as its next message, flagged as "
            "redelivered, without an ack in between\n"
            "  3  event 9  9ms  s1 executed job again\n"
            "A cast may be executed at most once. Between the copies lay 0 messages and 3ms. "
            "Largest gap survived: none.\n");
}

TEST(AtMostOnceArgument, CopiesThatPileUpBeforeTheFirstExecutionAreToldApart) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  h.deliver("s1", "job");
  h.deliver("s1", "other");
  h.deliver("s1", "job", {.copy = 2});
  h.execute("s1", "job");
  h.done("s1", "job");
  h.execute("s1", "job", {.copy = 2});
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (1 judged)\n"
      "\n"
      "The cast \"job\" was executed twice by s1.\n"
      "  1  event 3  3ms  the broker handed job to s1 again, 1 message later\n"
      "  2  event 4  4ms  s1 executed job for the first time\n"
      "  3  event 6  6ms  s1 executed job again\n"
      "A cast may be executed at most once. Between the copies lay 1 message and 2ms. "
      "Largest gap survived: none. The history does not show "
      "where the copy came from: record \"publish\", \"settle\", \"link\" and \"process\".\n");
}

TEST(AtMostOnceArgument, ARestartBetweenTheExecutionsIsTold) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  const EventIndex copied = h.fault("echo", "job", "duplicate");
  deliver_and_execute(h, "s1", "job");
  h.process("s1", "killed");
  h.process("s1", "started");
  deliver_and_execute(h, "s1", "job", {.copy = 2, .cause = copied});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The cast \"job\" was executed twice by s1.\n"
            "  1  event 3  3ms  s1 executed job for the first time\n"
            "  2  event 7  7ms  the broker handed job to s1 again, as its next message  [echo]\n"
            "  3  event 8  8ms  s1 executed job again\n"
            "A cast may be executed at most once. Between the copies lay 0 messages and 5ms. "
            "Largest gap survived: none. s1 was restarted in between.\n");
}

TEST(AtMostOnceArgument, TheLaterCopyMayBeExecutedFirst) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  const EventIndex one = h.deliver("s1", "job");
  const EventIndex two = h.deliver("s2", "job");
  h.execute("s2", "job", {.cause = two});
  h.execute("s1", "job", {.cause = one});
  EXPECT_EQ(
      argument(h),
      "at-most-once is violated once (1 judged)\n"
      "\n"
      "The cast \"job\" was executed twice, by s2 and s1.\n"
      "  1  event 2  2ms  the broker handed job to s2 as well, 1ms after s1 had got it\n"
      "  2  event 3  3ms  s2 executed job for the first time\n"
      "  3  event 4  4ms  s1 executed job too\n"
      "A cast may be executed at most once, by all servers together. The executions began "
      "1ms apart, on two servers: what s2 remembers does not help s1. The history does not show "
      "where the copy came from: record \"publish\", \"settle\", \"link\" and \"process\".\n");
}

TEST(AtMostOnceArgument, ABrokerThatWasKilledIsTold) {
  HistoryBuilder h;
  h.invoke("c1/main", "job", cast);
  deliver_and_execute(h, "s1", "job");
  h.settle("s1", "job", "ack");
  const EventIndex killed = h.process("broker", "killed");
  deliver_and_execute(h, "s1", "job", {.redelivered = true, .cause = killed});
  EXPECT_EQ(argument(h),
            "at-most-once is violated once (1 judged)\n"
            "\n"
            "The cast \"job\" was executed twice by s1.\n"
            "  1  event 2  2ms  s1 executed job for the first time\n"
            "  2  event 5  5ms  the broker was killed\n"
            "  3  event 6  6ms  the broker handed job to s1 again, as its next message, flagged as "
            "redelivered\n"
            "  4  event 7  7ms  s1 executed job again\n"
            "A cast may be executed at most once. Between the copies lay 0 messages and 5ms. "
            "Largest gap survived: none.\n");
}

}  // namespace
}  // namespace castaway::check
