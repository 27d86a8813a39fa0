#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(reply_arrives(h.history), h.history);
}

/// A call of c1 whose reply the broker has accepted, 2 ms after it was invoked.
HistoryBuilder accepted(More how = {}) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 10ms);
  h.deliver("s1", "ping");
  h.reply_accept("ping", how);
  return h;
}

TEST(ReplyArrivesLaw, HoldsWhenTheReplyReachesItsClient) {
  HistoryBuilder h = accepted();
  h.reply_arrive("c1", "ping");
  h.returned("c1", "ping");
  EXPECT_EQ(argument(h), "reply-arrives holds (1 judged)\n");
}

TEST(ReplyArrivesLaw, OneThatComesAfterTheTimeoutHasArrivedToo) {
  HistoryBuilder h = accepted();
  h.at(10ms).timeout("c1", "ping");
  h.reply_arrive("c1", "ping");
  EXPECT_EQ(argument(h), "reply-arrives holds (1 judged)\n");
}

TEST(ReplyArrivesLaw, OneThatNeverComesIsArgued) {
  HistoryBuilder h = accepted();
  h.at(10ms).timeout("c1", "ping");
  EXPECT_EQ(argument(h),
            "reply-arrives is violated once (1 judged)\n"
            "\n"
            "The reply to the call \"ping\" was accepted by the broker, and never reached c1.\n"
            "  1  event 0    0s  c1/main called ping, until 10ms\n"
            "  2  event 2   2ms  the broker accepted the reply to ping\n"
            "  3  event 3  10ms  ping timed out at c1 (it may have been executed)\n"
            "  4  event 3  10ms  the run ended, and nothing was left that could happen\n"
            "A reply that the broker puts into a queue while its call waits reaches the client, "
            "unless a fault takes it away or something breaks.\n");
}

TEST(ReplyArrivesLaw, OneThatComesToAnotherClientHasNotArrived) {
  HistoryBuilder h = accepted();
  h.reply_arrive("c2", "ping");
  EXPECT_THAT(reply_arrives(h.history), IsViolated());
  EXPECT_EQ(reply_arrives(h.history).violations[0].steps[2].event, 3U);
}

TEST(ReplyArrivesLaw, JudgesOnlyWhatAQueueGotWhileItsCallWaited) {
  EXPECT_THAT(reply_arrives(accepted({.detail = "unroutable"}).history), IsVacuous());
  HistoryBuilder late;
  late.invoke("c1/main", "ping", call, 10ms);
  late.at(10ms).timeout("c1", "ping");
  late.reply("s1", "ping");
  late.reply_accept("ping");
  EXPECT_EQ(argument(late),
            "reply-arrives is vacuous: the broker put no reply into a queue while its call "
            "waited\n");
}

TEST(ReplyArrivesLaw, AFaultThatDivertsTheReplyExcuses) {
  for (const std::string_view action : {"drop", "delay", "nack", "requeue", "corrupt"}) {
    HistoryBuilder h = accepted();
    h.fault("rule", "ping", action);
    EXPECT_THAT(reply_arrives(h.history), IsVacuous()) << action;
  }
  for (const std::string_view action : {"duplicate", "reorder"}) {
    HistoryBuilder h = accepted();
    h.fault("rule", "ping", action);
    EXPECT_THAT(reply_arrives(h.history), IsViolated()) << action;
  }
}

TEST(ReplyArrivesLaw, TheBrokerMaySendItToAConnectionThatItTakesForAlive) {
  for (const Duration stale : {0ms, 1ms, 5ms}) {
    HistoryBuilder h;
    h.history.add({.kind = EventKind::link,
                   .detail = Detail::cut,
                   .actor = h.history.intern("c1"),
                   .length = stale});
    h.link("c1", "opened");
    h.at(1ms).invoke("c1/main", "ping", call, 10ms);
    h.at(3ms).reply_accept("ping");
    EXPECT_EQ(reply_arrives(h.history).violated(), stale < 3ms);
  }
}

TEST(ReplyArrivesLaw, AFaultOfAnotherReplyToItsClientHoldsItUp) {
  for (const std::string_view task : {"c1/other", "c2/other"}) {
    HistoryBuilder h;
    h.invoke(task, "pong", call);
    h.deliver("s1", "pong");
    h.fault("rule", "pong", "delay");
    h.invoke("c1/main", "ping", call, 10ms);
    h.reply_accept("ping");
    EXPECT_EQ(reply_arrives(h.history).violated(), task == "c2/other");
  }
}

/// A call whose request a fault hit before a server got it.
HistoryBuilder hit_before(std::string_view action) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 10ms);
  h.fault("rule", "ping", action);
  h.reply("s1", "ping");
  h.reply_accept("ping");
  return h;
}

TEST(ReplyArrivesLaw, SoDoesOneOfAReplyThatWasMadeByHand) {
  const auto struck = [](std::string_view client, bool known) {
    HistoryBuilder h;
    const EventIndex other = h.invoke(client, "other", call);
    h.invoke("c1/main", "ping", call, 10ms);
    h.inject("c1", "by-hand", "reply", known ? other : no_event);
    h.fault("late", "by-hand", "delay", {.edge = Edge::reply});
    h.deliver("s1", "ping");
    h.reply_accept("ping");
    h.at(1s).timeout("c1", "ping");
    return reply_arrives(h.history);
  };
  EXPECT_THAT(struck("c1/other", true), IsVacuous());
  EXPECT_THAT(struck("c2/main", true), IsViolated());
  EXPECT_THAT(struck("c2/main", false), IsVacuous());
}

TEST(ReplyArrivesLaw, AFaultOfTheRequestExcusesOnlyIfItDamagedIt) {
  EXPECT_THAT(reply_arrives(hit_before("delay").history), IsViolated());
  EXPECT_THAT(reply_arrives(hit_before("corrupt").history), IsVacuous());
}

TEST(ReplyArrivesLaw, AClientThatIsGoneOrCutOffIsExcused) {
  for (const std::string_view end :
       {"listen closed: done", "listen closed: reset", "cut", "half open"}) {
    HistoryBuilder h = accepted();
    h.at(1002ms).link("c1", end);
    EXPECT_THAT(reply_arrives(h.history), IsVacuous()) << end;
    HistoryBuilder other = accepted();
    other.link("s1", end);
    EXPECT_THAT(reply_arrives(other.history), IsViolated()) << end;
  }
  HistoryBuilder killed;
  killed.invoke("c1/main", "ping", call, 10ms);
  killed.process("c1", "killed");
  killed.reply("s1", "ping");
  killed.reply_accept("ping");
  EXPECT_THAT(reply_arrives(killed.history), IsVacuous());
}

TEST(ReplyArrivesLaw, AClientThatClosesLongAfterItIsNot) {
  HistoryBuilder h = accepted();
  h.at(1003ms).link("c1", "listen closed: done");
  EXPECT_THAT(reply_arrives(h.history), IsViolated());
}

TEST(ReplyArrivesLaw, AClientThatIsPausedReadsItThatMuchLater) {
  for (const std::string_view client : {"c1", "c2"}) {
    HistoryBuilder h = accepted();
    h.history.add({.at = h.history.end(),
                   .kind = EventKind::process,
                   .detail = Detail::paused,
                   .actor = h.history.intern(client),
                   .length = 2s});
    h.at(3s).link("c1", "listen closed: done");
    EXPECT_EQ(reply_arrives(h.history).violated(), client == "c2");
  }
}

TEST(ReplyArrivesLaw, ABreakBeforeTheInvokeIsNoExcuse) {
  HistoryBuilder h;
  h.link("c1", "cut");
  h.link("c1", "listen closed: reset");
  h.link("c1", "listen opened");
  h.process("broker", "down");
  h.invoke("c1/main", "ping", call, 10ms);
  h.reply("s1", "ping");
  h.reply_accept("ping");
  EXPECT_THAT(reply_arrives(h.history), IsViolated());
}

TEST(ReplyArrivesLaw, AConnectionThatIsNotOpenAgainIsOne) {
  HistoryBuilder h;
  h.link("c1", "listen closed: reset");
  h.link("c1", "main opened");
  h.invoke("c1/main", "ping", call, 10ms);
  h.reply_accept("ping");
  EXPECT_THAT(reply_arrives(h.history), IsVacuous());
}

TEST(ReplyArrivesLaw, ABrokerThatLosesWhatItHadIsAnExcuse) {
  for (const std::string_view change :
       {"down", "forgot acks", "queue deleted", "reply queue deleted"}) {
    HistoryBuilder h = accepted();
    h.process("broker", change);
    EXPECT_THAT(reply_arrives(h.history), IsVacuous()) << change;
  }
  HistoryBuilder h = accepted();
  h.process("broker", "blocks publishers");
  EXPECT_THAT(reply_arrives(h.history), IsViolated());
}

TEST(ReplyArrivesLaw, InARunThatGoesOnItMayStillCome) {
  for (const Ending ending : {Ending::limit, Ending::cut, Ending::livelock}) {
    HistoryBuilder h = accepted();
    h.history.ending = ending;
    EXPECT_THAT(reply_arrives(h.history), IsVacuous());
  }
}

TEST(ReplyArrivesLaw, AnotherAttemptOfTheApplicationIsNotJudged) {
  HistoryBuilder h = accepted();
  Event again{.kind = EventKind::invoke, .operation = call};
  again.actor = h.history.intern("c1");
  again.op = h.history.intern("ping");
  again.attempt = 2;
  h.history.add(again);
  EXPECT_THAT(reply_arrives(h.history), IsVacuous());
}

TEST(ReplyArrivesLaw, ClocksMayLeaveOpenWhetherTheCallStillWaited) {
  HistoryBuilder h = accepted();
  h.at(10ms).timeout("c1", "ping");
  h.history.skew = 3ms;
  EXPECT_THAT(reply_arrives(h.history), IsViolated());
  h.history.skew = 5ms;
  EXPECT_THAT(reply_arrives(h.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
