#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(reply_heard(h.history), h.history);
}

/// A call of c1 whose reply has arrived, 2 ms after it was invoked.
HistoryBuilder answered(Duration timeout = 10ms) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, timeout);
  h.reply("s1", "ping");
  h.reply_arrive("c1", "ping");
  return h;
}

TEST(ReplyHeardLaw, HoldsWhenTheReplyEndsTheCall) {
  HistoryBuilder returned = answered();
  returned.returned("c1", "ping");
  EXPECT_EQ(argument(returned), "reply-heard holds (1 judged)\n");

  HistoryBuilder raised = answered();
  raised.error("c1", "ping");
  EXPECT_THAT(reply_heard(raised.history), Holds());
}

TEST(ReplyHeardLaw, HoldsWhenItEndsAtThatInstant) {
  HistoryBuilder h = answered();
  h.at(2ms).returned("c1", "ping");
  EXPECT_EQ(argument(h), "reply-heard holds (1 judged)\n");
}

TEST(ReplyHeardLaw, AConnectionThatBreaksWithinTheSlackMayKeepWhatHadArrived) {
  HistoryBuilder h = answered();
  h.link("c1", "cut");
  h.at(10ms).timeout("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsViolated());
  h.history.slack = 1ms;
  EXPECT_FALSE(reply_heard(h.history).violated());
  // One that breaks later keeps nothing.
  h.history.slack = 1us;
  EXPECT_THAT(reply_heard(h.history), IsViolated());
}

TEST(ReplyHeardLaw, ATimeoutAllTheSameIsArgued) {
  HistoryBuilder h = answered();
  h.at(10ms).timeout("c1", "ping");
  EXPECT_EQ(
      argument(h),
      "reply-heard is violated once (1 judged)\n"
      "\n"
      "The call \"ping\" timed out, though its reply had arrived.\n"
      "  1  event 0    0s  c1/main called ping, until 10ms\n"
      "  2  event 2   2ms  the reply to ping reached c1\n"
      "  3  event 3  10ms  ping timed out at c1 (it may have been executed)\n"
      "A reply that arrives while its call waits ends the call. This one came 8ms earlier.\n");
}

TEST(ReplyHeardLaw, AFailureAllTheSameBreaksIt) {
  HistoryBuilder h = answered();
  h.failure("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsViolated());
}

TEST(ReplyHeardLaw, ACallThatNeverCompletesIsArgued) {
  EXPECT_EQ(argument(answered()),
            "reply-heard is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" never completed, though its reply had arrived.\n"
            "  1  event 0   0s  c1/main called ping, until 10ms\n"
            "  2  event 2  2ms  the reply to ping reached c1\n"
            "  3  event 2  2ms  the run ended, and nothing was left that could happen\n"
            "A reply that arrives while its call waits ends the call.\n");
  for (const Ending ending : {Ending::limit, Ending::cut, Ending::livelock}) {
    HistoryBuilder h = answered();
    h.history.ending = ending;
    EXPECT_EQ(argument(h), "reply-heard is vacuous: no reply arrived while its call waited\n");
  }
}

TEST(ReplyHeardLaw, AtOneInstantEitherMayComeFirst) {
  HistoryBuilder h = answered();
  h.at(3ms).timeout("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsViolated());
  h.history.slack = 1ms;
  EXPECT_THAT(reply_heard(h.history), IsVacuous());

  HistoryBuilder at_once = answered();
  at_once.at(2ms).timeout("c1", "ping");
  EXPECT_THAT(reply_heard(at_once.history), IsVacuous());
}

TEST(ReplyHeardLaw, AReplyThatComesTooLateOrElsewhereIsNotDue) {
  HistoryBuilder late;
  late.invoke("c1/main", "ping", call, 10ms);
  late.timeout("c1", "ping");
  late.reply_arrive("c1", "ping");
  EXPECT_THAT(reply_heard(late.history), IsVacuous());

  HistoryBuilder elsewhere;
  elsewhere.invoke("c1/main", "ping", call, 10ms);
  elsewhere.reply_arrive("c2", "ping");
  elsewhere.timeout("c1", "ping");
  EXPECT_THAT(reply_heard(elsewhere.history), IsVacuous());

  HistoryBuilder cast_only;
  cast_only.invoke("c1/main", "k", cast);
  cast_only.reply_arrive("c1", "k");
  cast_only.failure("c1", "k");
  EXPECT_THAT(reply_heard(cast_only.history), IsVacuous());
}

TEST(ReplyHeardLaw, ExcusedIsWhatWasDamaged) {
  HistoryBuilder h = answered();
  h.fault("spoil", "ping", "corrupt");
  h.timeout("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsVacuous());

  HistoryBuilder other = answered();
  other.fault("echo", "ping", "duplicate");
  other.timeout("c1", "ping");
  EXPECT_THAT(reply_heard(other.history), IsViolated());
}

TEST(ReplyHeardLaw, ExcusedIsAClientThatWasPausedOrKilledMeanwhile) {
  for (const std::string_view fate : {"paused for 1s", "killed"}) {
    HistoryBuilder during = answered();
    during.process("c1", fate);
    during.timeout("c1", "ping");
    during.process("c1", fate);
    EXPECT_THAT(reply_heard(during.history), IsVacuous()) << fate;

    HistoryBuilder never = answered();
    never.process("c1", fate);
    EXPECT_THAT(reply_heard(never.history), IsVacuous()) << fate;

    HistoryBuilder others;
    others.process("c1", fate);
    others.invoke("c1/main", "ping", call, 10ms);
    others.reply_arrive("c1", "ping");
    others.process("c2", fate);
    others.timeout("c1", "ping");
    others.process("c1", fate);
    EXPECT_THAT(reply_heard(others.history), IsViolated()) << fate;
  }
}

TEST(ReplyHeardLaw, ExcusedIsACallWithAReplyMadeByHand) {
  HistoryBuilder h;
  const EventIndex invoke = h.invoke("c1/main", "ping", call, 10ms);
  h.inject("stranger", "forged", "reply", invoke);
  h.reply_arrive("c1", "forged");
  h.reply_arrive("c1", "ping");
  h.timeout("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsVacuous());
}

TEST(ReplyHeardLaw, AReplyToOneAttemptNeedNotEndTheNext) {
  HistoryBuilder h = answered();
  h.timeout("c1", "ping");
  Event again = h.history[0];
  again.attempt = 2;
  again.at = TimePoint(20ms);
  h.history.add(again);
  h.at(21ms).reply_arrive("c1", "ping");
  h.timeout("c1", "ping");
  EXPECT_THAT(reply_heard(h.history), IsVacuous());
}

TEST(ReplyHeardLaw, OfWhatBeganBeforeTheHistoryItJudgesNothing) {
  HistoryBuilder h = answered();
  h.history.from = TimePoint(1s);
  h.timeout("c1", "ping");
  EXPECT_EQ(find_law("reply-heard")->judge(h.history).vacuous_because,
            "1 operation began before the history");
}

TEST(ReplyHeardLaw, ClocksThatAreOffAreNoExcuseForOneClient) {
  HistoryBuilder h = answered();
  h.timeout("c1", "ping");
  h.history.skew = 1h;
  EXPECT_THAT(reply_heard(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
