#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(cast_runs(h.history), h.history); }

/// A server that serves, and a cast that the broker has accepted.
HistoryBuilder accepted(OperationKind kind = cast) {
  HistoryBuilder h;
  h.process("s1", "serving");
  h.invoke("c1/main", "add", kind);
  h.accept("add");
  return h;
}

/// It has reached the server too.
HistoryBuilder delivered() {
  HistoryBuilder h = accepted();
  h.deliver("s1", "add");
  return h;
}

TEST(CastRunsLaw, HoldsWhenWhatWasAcceptedIsExecutedOrRefused) {
  HistoryBuilder executed = delivered();
  executed.execute("s1", "add");
  executed.done("s1", "add");
  EXPECT_EQ(argument(executed), "cast-runs holds (1 judged)\n");

  HistoryBuilder refused = delivered();
  refused.refuse("s1", "add");
  EXPECT_THAT(cast_runs(refused.history), Holds());
}

TEST(CastRunsLaw, WhatIsNeverDeliveredIsArgued) {
  EXPECT_EQ(
      argument(accepted()),
      "cast-runs is violated once (1 judged)\n"
      "\n"
      "The cast \"add\" was accepted by the broker, and never delivered.\n"
      "  1  event 1  1ms  c1/main cast add\n"
      "  2  event 2  2ms  the broker accepted add\n"
      "  3  event 2  2ms  the run ended, and nothing was left that could happen\n"
      "A cast that the broker accepts for a queue is executed or refused, unless a fault takes "
      "it away or something breaks.\n");
}

TEST(CastRunsLaw, WhatIsDeliveredAndNeverExecutedIsArgued) {
  EXPECT_EQ(
      argument(delivered()),
      "cast-runs is violated once (1 judged)\n"
      "\n"
      "The cast \"add\" was accepted by the broker, and never executed.\n"
      "  1  event 1  1ms  c1/main cast add\n"
      "  2  event 2  2ms  the broker accepted add\n"
      "  3  event 3  3ms  the broker handed add to s1\n"
      "  4  event 3  3ms  the run ended, and nothing was left that could happen\n"
      "A cast that the broker accepts for a queue is executed or refused, unless a fault takes "
      "it away or something breaks.\n");
}

TEST(CastRunsLaw, OnlyAQueueThatIsFullMayDropIt) {
  for (const std::string_view why : {"maxlen", "expired", "delivery_limit"}) {
    HistoryBuilder h = accepted();
    h.history.add({.at = h.history.end(),
                   .kind = EventKind::note,
                   .detail = Detail::dropped,
                   .op = h.history.intern("add"),
                   .name = h.history.intern(why)});
    EXPECT_EQ(cast_runs(h.history).violated(), why != "maxlen") << why;
  }
}

TEST(CastRunsLaw, ALimitOfDeliveriesMayTakeWhatServersLost) {
  for (const Detail detail : {Detail::half_open, Detail::half_open_from_broker, Detail::lost}) {
    for (const bool before : {true, false}) {
      HistoryBuilder h;
      h.process("s1", "serving");
      const auto breaks = [&] {
        h.history.add({.at = h.history.end(),
                       .kind = EventKind::link,
                       .detail = detail,
                       .actor = h.history.intern("s1")});
      };
      if (before) breaks();
      h.invoke("c1/main", "add", cast);
      h.accept("add");
      if (!before) breaks();
      h.history.add({.at = h.history.end(),
                     .kind = EventKind::note,
                     .detail = Detail::dropped,
                     .op = h.history.intern("add"),
                     .name = h.history.intern("delivery_limit")});
      EXPECT_EQ(cast_runs(h.history).violated(), before) << to_string(detail);
    }
  }
}

TEST(CastRunsLaw, TheBrokerMayHandItToAConnectionThatItTakesForAlive) {
  for (const Duration stale : {0ms, 1ms, 5ms}) {
    HistoryBuilder h;
    h.process("s1", "serving");
    h.history.add({.at = h.history.end(),
                   .kind = EventKind::link,
                   .detail = Detail::cut,
                   .actor = h.history.intern("s1"),
                   .length = stale});
    h.at(2ms).invoke("c1/main", "add", cast);
    h.at(3ms).accept("add");
    EXPECT_EQ(cast_runs(h.history).violated(), stale < 3ms);
  }
}

TEST(CastRunsLaw, ACopyOrAnotherOrderTakesNothingAway) {
  for (const std::string_view fault : {"duplicate", "reorder"}) {
    HistoryBuilder h = delivered();
    h.fault("rule", "add", fault);
    EXPECT_THAT(cast_runs(h.history), IsViolated()) << fault;
  }
}

TEST(CastRunsLaw, ExcusedIsWhatAFaultTookAway) {
  for (const std::string_view fault : {"drop", "delay", "corrupt", "nack", "requeue"}) {
    HistoryBuilder h = delivered();
    h.fault("rule", "add", fault);
    EXPECT_EQ(argument(h), "cast-runs is vacuous: no cast was accepted without any trouble\n");
  }
  HistoryBuilder other = delivered();
  other.fault("rule", "another", "drop");
  EXPECT_THAT(cast_runs(other.history), IsViolated());
}

TEST(CastRunsLaw, ExcusedIsWhatGoesDownWithAServerOrItsConnection) {
  for (const std::string_view trouble : {"s1/compute closed: reset", "cut", "channel closed"}) {
    HistoryBuilder h = delivered();
    h.history.add({.at = h.history.end(),
                   .kind = EventKind::link,
                   .detail = trouble == "cut"              ? Detail::cut
                             : trouble == "channel closed" ? Detail::channel_closed
                                                           : Detail::lost,
                   .actor = h.history.intern("s1")});
    EXPECT_THAT(cast_runs(h.history), IsVacuous()) << trouble;
  }
  HistoryBuilder killed = delivered();
  killed.process("s1", "killed");
  killed.process("s1", "serving");
  EXPECT_THAT(cast_runs(killed.history), IsVacuous());

  HistoryBuilder in_order = delivered();
  in_order.link("s1", "other closed: done");
  EXPECT_THAT(cast_runs(in_order.history), IsViolated());

  HistoryBuilder elsewhere = delivered();
  elsewhere.process("s2", "serving");
  elsewhere.link("s2", "cut");
  EXPECT_THAT(cast_runs(elsewhere.history), IsViolated());

  HistoryBuilder before = accepted();
  before.link("s1", "cut");
  before.deliver("s1", "add");
  EXPECT_THAT(cast_runs(before.history), IsViolated());
}

TEST(CastRunsLaw, ExcusedIsWhatMayWaitForAServerThatIsGone) {
  HistoryBuilder stopped = accepted();
  stopped.process("s1", "stopping");
  EXPECT_THAT(cast_runs(stopped.history), IsVacuous());
  stopped.process("s1", "serving");
  EXPECT_THAT(cast_runs(stopped.history), IsViolated());

  HistoryBuilder killed = accepted();
  killed.process("s1", "killed");
  EXPECT_THAT(cast_runs(killed.history), IsVacuous());

  for (const char* const end : {"killed", "stopping"}) {
    HistoryBuilder early = accepted();
    early.process("s2", "started");
    early.process("s2", end);
    EXPECT_THAT(cast_runs(early.history), IsVacuous()) << "s2 may have left a queue behind";
  }

  HistoryBuilder nobody;
  nobody.invoke("c1/main", "add", cast);
  nobody.accept("add");
  EXPECT_THAT(cast_runs(nobody.history), IsVacuous());
}

TEST(CastRunsLaw, AClientThatIsKilledIsNoExcuse) {
  HistoryBuilder h = accepted();
  h.process("c1", "killed");
  EXPECT_THAT(cast_runs(h.history), IsViolated());
}

TEST(CastRunsLaw, ExcusedIsWhatWaitsBehindAnExecutionWithoutEnd) {
  HistoryBuilder h = accepted();
  h.execute("s1", "long");
  EXPECT_THAT(cast_runs(h.history), IsVacuous());
  h.done("s1", "long");
  EXPECT_THAT(cast_runs(h.history), IsViolated());
}

TEST(CastRunsLaw, ExcusedIsWhatChangesInTheBrokerLater) {
  HistoryBuilder later = accepted();
  later.process("broker", "queue deleted");
  EXPECT_THAT(cast_runs(later.history), IsVacuous());

  HistoryBuilder before;
  before.process("broker", "up again");
  before.process("s1", "serving");
  before.invoke("c1/main", "add", cast);
  before.accept("add");
  EXPECT_THAT(cast_runs(before.history), IsViolated());
  before.history.skew = 1ms;
  EXPECT_THAT(cast_runs(before.history), IsVacuous()) << "it may have come up after the cast";
}

TEST(CastRunsLaw, JudgesNoCallNoFanoutAndNothingWithoutAQueue) {
  EXPECT_THAT(cast_runs(accepted(call).history), IsVacuous());
  EXPECT_THAT(cast_runs(accepted(fanout).history), IsVacuous());
  HistoryBuilder h;
  h.process("s1", "serving");
  h.invoke("c1/main", "add", cast);
  h.accept("add", {.detail = "unroutable"});
  EXPECT_THAT(cast_runs(h.history), IsVacuous());
}

TEST(CastRunsLaw, IsBrokenAsAConsequenceWhereAServerAcknowledgedAndLostIt) {
  HistoryBuilder h = delivered();
  EXPECT_EQ(find_law("cast-runs")->judge(h.history).violations.at(0).consequence_of, "");
  h.settle("s1", "add", "ack");
  EXPECT_EQ(find_law("cast-runs")->judge(h.history).violations.at(0).consequence_of, "no-loss");
}

TEST(CastRunsLaw, NeedsTheEndAndTheBeginning) {
  for (const Ending ending : {Ending::limit, Ending::cut, Ending::livelock}) {
    HistoryBuilder h = accepted();
    h.history.ending = ending;
    EXPECT_EQ(argument(h), "cast-runs is vacuous: the run did not come to its end\n");
  }
  HistoryBuilder late = accepted();
  late.history.from = TimePoint(500us);
  EXPECT_EQ(argument(late),
            "cast-runs is vacuous: what happened before the history began is not known\n");
}

}  // namespace
}  // namespace castaway::check
