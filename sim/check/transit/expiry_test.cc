#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(expiry(h.history), h.history); }

/// A call of c1 that waits for 10 ms, and was accepted 5 ms after it was invoked.
HistoryBuilder accepted() {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 10ms);
  h.at(5ms).accept("ping");
  return h;
}

TEST(ExpiryLaw, HoldsForADeliveryInTime) {
  HistoryBuilder h = accepted();
  h.deliver("s1", "ping");
  EXPECT_EQ(argument(h), "expiry holds (1 judged)\n");
}

TEST(ExpiryLaw, ItsTimeAtTheBrokerAndOnItsWayCountsFromTheAccept) {
  HistoryBuilder in_time = accepted();
  in_time.at(1016ms).deliver("s1", "ping");
  EXPECT_THAT(expiry(in_time.history), Holds());

  HistoryBuilder late = accepted();
  late.at(1017ms).deliver("s1", "ping");
  EXPECT_THAT(expiry(late.history), IsViolated());
  late.history.slack = 1ms;
  EXPECT_THAT(expiry(late.history), Holds());
  late.history.slack = {};
  late.history.skew = 1ms;
  EXPECT_THAT(expiry(late.history), Holds());
}

TEST(ExpiryLaw, ALateDeliveryIsArgued) {
  HistoryBuilder h = accepted();
  h.at(3s).deliver("s1", "ping");
  h.at(4s).deliver("s2", "ping");
  EXPECT_EQ(argument(h),
            "expiry is violated once (1 judged)\n"
            "\n"
            "The call \"ping\" was delivered to s1 2.984s after it had expired.\n"
            "  1  event 0   0s  c1/main called ping, until 10ms\n"
            "  2  event 1  5ms  the broker accepted ping\n"
            "  3  event 2   3s  the broker handed ping to s1\n"
            "A broker drops a call once its caller has waited as long as it means to. This one "
            "waited 10ms.\n");
}

TEST(ExpiryLaw, AnotherDeliveryMayBeTheLateOne) {
  HistoryBuilder h = accepted();
  h.deliver("s1", "ping");
  h.at(3s).deliver("s2", "ping", {.redelivered = true});
  EXPECT_THAT(expiry(h.history), IsViolated());
  EXPECT_EQ(expiry(h.history).judged, 1U);
}

TEST(ExpiryLaw, ARequestThatIsPublishedAgainLivesAgain) {
  HistoryBuilder h = accepted();
  h.at(3s).accept("ping");
  h.deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), Holds());
}

TEST(ExpiryLaw, WhatIsBegunLateIsNotItsConcern) {
  HistoryBuilder h = accepted();
  h.deliver("s1", "ping");
  h.at(3s).execute("s1", "ping");
  EXPECT_THAT(expiry(h.history), Holds());
}

TEST(ExpiryLaw, JudgesOnlyCallsWithADeadline) {
  for (const OperationKind kind : {cast, fanout}) {
    HistoryBuilder h;
    h.invoke("c1/main", "note", kind, 10ms);
    h.accept("note");
    h.at(3s).deliver("s1", "note");
    EXPECT_EQ(argument(h), "expiry is vacuous: no call with a deadline was delivered\n");
  }
  HistoryBuilder patient;
  patient.invoke("c1/main", "ping", call);
  patient.accept("ping");
  patient.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(patient.history), IsVacuous());
}

TEST(ExpiryLaw, AFaultOfItExcuses) {
  HistoryBuilder h = accepted();
  h.fault("rule", "ping", "delay");
  h.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), IsVacuous());
}

TEST(ExpiryLaw, WhatIsLateHoldsUpOthers) {
  HistoryBuilder h = accepted();
  h.fault("rule", "other", "drop");
  h.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), IsViolated());

  HistoryBuilder held = accepted();
  held.fault("rule", "other", "delay");
  held.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(held.history), IsVacuous());
}

TEST(ExpiryLaw, AServerThatWasHeldUpIsExcused) {
  for (const std::string_view held :
       {"half open", "half open to the broker", "half open from the broker"}) {
    HistoryBuilder h = accepted();
    h.link("s1", held);
    h.at(3s).deliver("s1", "ping");
    EXPECT_THAT(expiry(h.history), IsVacuous()) << held;
    h.deliver("s2", "ping");
    EXPECT_THAT(expiry(h.history), IsViolated()) << held;
  }
  HistoryBuilder paused = accepted();
  paused.process("s1", "paused");
  paused.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(paused.history), IsVacuous());

  HistoryBuilder resumed;
  resumed.process("s1", "paused");
  resumed.invoke("c1/main", "ping", call, 10ms);
  resumed.accept("ping");
  resumed.at(3s).process("s1", "resumed");
  resumed.deliver("s1", "ping");
  EXPECT_THAT(expiry(resumed.history), IsVacuous());

  HistoryBuilder before;
  before.process("s1", "paused");
  before.process("s1", "resumed");
  before.invoke("c1/main", "ping", call, 10ms);
  before.accept("ping");
  before.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(before.history), IsViolated());
}

TEST(ExpiryLaw, AnotherConnectionThatOpensFreesNoneThatIsHalfOpen) {
  HistoryBuilder h;
  h.link("s1", "half open from the broker");
  h.invoke("c1/main", "ping", call, 10ms);
  h.accept("ping");
  h.at(10s).link("s1", "opened");
  h.at(10s).deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), IsVacuous());

  HistoryBuilder over;
  over.link("s1", "half open from the broker");
  over.at(70s).invoke("c1/main", "ping", call, 10ms);
  over.accept("ping");
  over.at(80s).deliver("s1", "ping");
  EXPECT_THAT(expiry(over.history), IsViolated());
}

TEST(ExpiryLaw, ABrokerThatForgotAcksIsExcused) {
  HistoryBuilder h = accepted();
  h.process("broker", "forgot acks");
  h.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), IsVacuous());
}

TEST(ExpiryLaw, AnotherAttemptOfTheApplicationIsNotJudged) {
  HistoryBuilder h = accepted();
  Event again{.at = TimePoint(2s), .kind = EventKind::invoke, .operation = call};
  again.actor = h.history.intern("c1");
  again.op = h.history.intern("ping");
  again.attempt = 2;
  h.history.add(again);
  h.at(3s).deliver("s1", "ping");
  EXPECT_THAT(expiry(h.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
