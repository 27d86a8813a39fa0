#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(quiet_broker(h.history), h.history);
}

/// Two casts of c1, accepted in this order.
HistoryBuilder two_accepted() {
  HistoryBuilder h;
  for (const std::string_view op : {"k1", "k2"}) {
    h.invoke("c1/main", op, cast, {}, {.method = "put", .topic = "log"});
    h.accept(op);
  }
  return h;
}

TEST(QuietBroker, HoldsWhenEachIsDeliveredOnceAndInOrder) {
  HistoryBuilder h = two_accepted();
  h.deliver("s1", "k1");
  h.deliver("s1", "k2");
  EXPECT_EQ(argument(h), "quiet-broker holds (2 judged)\n");
}

TEST(QuietBroker, MayHandToTwoServersInAnyOrder) {
  HistoryBuilder h = two_accepted();
  h.deliver("s2", "k2");
  h.deliver("s1", "k1");
  EXPECT_THAT(quiet_broker(h.history), Holds());
}

TEST(QuietBroker, ASecondDeliveryIsArgued) {
  HistoryBuilder h = two_accepted();
  h.deliver("s1", "k1");
  h.deliver("s1", "k2");
  h.deliver("s2", "k1");
  EXPECT_EQ(argument(h),
            "quiet-broker is violated once (2 judged)\n"
            "\n"
            "The cast \"k1\" was delivered twice.\n"
            "  1  event 1  1ms  the broker accepted k1\n"
            "  2  event 4  4ms  the broker handed k1 to s1\n"
            "  3  event 6  6ms  the broker handed k1 to s2\n"
            "Left alone, a broker delivers what it accepted once, and in the order of each "
            "client.\n");
}

TEST(QuietBroker, ASwapIsArgued) {
  HistoryBuilder h = two_accepted();
  h.deliver("s1", "k2");
  h.deliver("s1", "k1");
  const Verdict verdict = quiet_broker(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what, "The cast \"k1\" was overtaken by \"k2\".");
}

TEST(QuietBroker, WhatIsNeverDeliveredIsLostAtTheEnd) {
  HistoryBuilder h = two_accepted();
  h.deliver("s1", "k1");
  EXPECT_THAT(quiet_broker(h.history), IsViolated());
  h.history.ending = Ending::limit;
  EXPECT_THAT(quiet_broker(h.history), Holds());
}

TEST(QuietBroker, AnUnroutableRequestIsNotItsBusiness) {
  HistoryBuilder h;
  h.invoke("c1/main", "k1", cast);
  h.accept("k1", {.detail = "unroutable"});
  EXPECT_EQ(argument(h), "quiet-broker is vacuous: the broker put no request into a queue\n");
}

TEST(QuietBroker, TakesAnExecutionForADeliveryWhereNobodyRecordedDeliveries) {
  HistoryBuilder h;
  for (const std::string_view op : {"a", "lost"}) {
    h.invoke("c1/main", op, cast);
    h.accept(op);
  }
  h.execute("s1", "a");
  const Verdict verdict = quiet_broker(h.history);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].what, "The cast \"lost\" was never delivered.");
}

}  // namespace
}  // namespace castaway::check
