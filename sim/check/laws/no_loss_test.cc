#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(no_loss(h.history), h.history); }

/// A cast that s1 has taken, and its ack.
void take(HistoryBuilder& h, OperationKind kind = cast) {
  h.invoke("c1/main", "add", kind);
  h.deliver("s1", "add");
  h.settle("s1", "add", "ack");
}

TEST(NoLossLaw, HoldsWhenWhatWasAcknowledgedIsExecuted) {
  HistoryBuilder h;
  take(h);
  h.execute("s1", "add");
  h.done("s1", "add");
  EXPECT_EQ(argument(h), "no-loss holds (1 judged)\n");
}

TEST(NoLossLaw, WhatAStoppedServerAcknowledgedAndDroppedIsArgued) {
  HistoryBuilder h;
  take(h);
  h.process("s1", "stopping");
  EXPECT_EQ(argument(h),
            "no-loss is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" was acknowledged by s1, and never executed.\n"
            "  1  event 0   0s  c1/main cast add\n"
            "  2  event 1  1ms  the broker handed add to s1\n"
            "  3  event 2  2ms  s1's ack of add reached the broker\n"
            "  4  event 3  3ms  s1: stopping\n"
            "What a server acknowledges it executes or refuses, unless it is killed or its "
            "connection breaks. Nobody else gets it any more.\n");
}

TEST(NoLossLaw, AStopBeforeTheAckIsShownUnlessTheServerServesAgain) {
  HistoryBuilder h;
  const EventIndex stop = h.process("s1", "stopping");
  take(h);
  EXPECT_EQ(no_loss(h.history).violations.at(0).steps.front().event, stop);

  HistoryBuilder again;
  again.process("s1", "stopping");
  again.process("s1", "serving");
  take(again);
  EXPECT_EQ(no_loss(again.history).violations.at(0).steps.size(), 3U);
}

TEST(NoLossLaw, WhoeverRefusesHasDoneItsDuty) {
  HistoryBuilder refused;
  take(refused);
  refused.refuse("s1", "add");
  EXPECT_THAT(no_loss(refused.history), Holds());

  HistoryBuilder replied;
  take(replied, call);
  replied.reply("s1", "add");
  EXPECT_THAT(no_loss(replied.history), Holds());
}

TEST(NoLossLaw, ACopyIsNoLossWhereTheRequestRanElsewhere) {
  HistoryBuilder h;
  take(h);
  h.serve("s2", "add");
  EXPECT_THAT(no_loss(h.history), Holds());
}

TEST(NoLossLaw, AFanoutIsDueAtEachServer) {
  HistoryBuilder h;
  take(h, fanout);
  h.serve("s2", "add");
  EXPECT_THAT(no_loss(h.history), IsViolated());
}

TEST(NoLossLaw, WhatIsGivenBackIsNotLost) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.deliver("s1", "add");
  h.settle("s1", "add", "requeue");
  EXPECT_THAT(no_loss(h.history), IsVacuous());
}

TEST(NoLossLaw, ExcusedIsWhoWasKilledOrLostAConnection) {
  HistoryBuilder killed;
  take(killed);
  killed.process("s1", "killed");
  EXPECT_THAT(no_loss(killed.history), IsVacuous());

  HistoryBuilder broken;
  take(broken);
  broken.link("s1", "s1/compute closed: connection reset");
  EXPECT_THAT(no_loss(broken.history), IsVacuous());

  HistoryBuilder channel;
  take(channel);
  channel.history.add({.kind = EventKind::link,
                       .detail = Detail::channel_closed,
                       .actor = channel.history.intern("s1")});
  EXPECT_THAT(no_loss(channel.history), IsVacuous());

  HistoryBuilder in_order;
  take(in_order);
  in_order.link("s1", "s1/compute closed: done");
  EXPECT_THAT(no_loss(in_order.history), IsViolated());
}

TEST(NoLossLaw, TroubleBeforeTheDeliveryIsNoExcuse) {
  HistoryBuilder h;
  h.link("s1", "cut");
  take(h);
  EXPECT_THAT(no_loss(h.history), IsViolated());
}

TEST(NoLossLaw, ExcusedIsWhatAFaultHitAndWhatWaitsBehindAnExecutionWithoutEnd) {
  HistoryBuilder hit;
  take(hit);
  hit.fault("damage", "add", "corrupt");
  EXPECT_THAT(no_loss(hit.history), IsVacuous());

  HistoryBuilder busy;
  busy.invoke("c1/main", "long", cast);
  busy.execute("s1", "long");
  take(busy);
  EXPECT_THAT(no_loss(busy.history), IsVacuous());
}

TEST(NoLossLaw, AFaultThatDestroysNothingIsNoExcuse) {
  for (const std::string_view action : {"delay", "duplicate", "reorder", "requeue", "disconnect"}) {
    HistoryBuilder h;
    take(h);
    h.fault("rule", "add", action);
    EXPECT_THAT(no_loss(h.history), IsViolated()) << action;
  }
}

TEST(NoLossLaw, TroubleOfAServerThatGotItBeforeIsNoExcuse) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.deliver("s2", "add");
  h.process("s2", "killed");
  h.deliver("s1", "add");
  h.settle("s1", "add", "ack");
  EXPECT_THAT(no_loss(h.history), IsViolated());
}

/// The answer of a claim store about "add".
void answer(HistoryBuilder& h, Detail detail) {
  Event event{.at = h.history.end(), .kind = EventKind::note, .detail = detail};
  event.op = h.history.intern("add");
  h.history.add(event);
}

TEST(NoLossLaw, ExcusedIsWhatAClaimStoreRefusedOrAnsweredLate) {
  HistoryBuilder refused;
  take(refused);
  answer(refused, Detail::claim_refused);
  EXPECT_THAT(no_loss(refused.history), IsVacuous());

  HistoryBuilder granted;
  take(granted);
  answer(granted, Detail::claim_granted);
  EXPECT_THAT(no_loss(granted.history), IsViolated());
  granted.fault("rule", "add", "delay");
  EXPECT_THAT(no_loss(granted.history), IsVacuous());
}

TEST(NoLossLaw, AtALimitOnlyAServerThatStoppedIsJudged) {
  HistoryBuilder h;
  take(h);
  h.history.ending = Ending::limit;
  EXPECT_THAT(no_loss(h.history), IsVacuous());
  h.process("s1", "stopping");
  EXPECT_THAT(no_loss(h.history), IsViolated());
  h.history.ending = Ending::cut;
  EXPECT_THAT(no_loss(h.history), IsVacuous());
}

TEST(NoLossLaw, WhatWasMadeByHandIsNobodysLoss) {
  HistoryBuilder h;
  h.inject("stranger", "x", "request");
  h.deliver("s1", "x");
  h.settle("s1", "x", "ack");
  EXPECT_EQ(argument(h),
            "no-loss is vacuous: no server acknowledged a request without any trouble\n");
}

}  // namespace
}  // namespace castaway::check
