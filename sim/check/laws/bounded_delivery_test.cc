#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(bounded_delivery(h.history), h.history);
}

void deliver(HistoryBuilder& h, std::string_view op, int times, std::string_view server = "s1") {
  for (int i = 0; i < times; ++i) {
    h.deliver(server, op, {.redelivered = i > 0});
    h.settle(server, op, "requeue");
  }
}

TEST(BoundedDeliveryLaw, HoldsForTwentyDeliveries) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  deliver(h, "add", 20);
  EXPECT_EQ(argument(h), "bounded-delivery holds (1 judged)\n");
}

/// A fault that ends a connection brings back every message that was on it.
TEST(BoundedDeliveryLaw, AFaultBringsBackBothMessagesOfARequestThatWasPublishedTwice) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.publish("c1", "add");
  h.publish("c1", "add", {.copy = 2});
  h.deliver("s1", "add");
  h.deliver("s2", "add");
  for (int again = 0; again < 30; ++again) {
    h.fault("lost", "another", "drop");
    h.deliver("s1", "add", {.redelivered = true});
    h.deliver("s2", "add", {.redelivered = true});
  }
  EXPECT_THAT(bounded_delivery(h.history), Holds());
  for (int again = 0; again < 20; ++again) h.deliver("s1", "add", {.redelivered = true});
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

/// What is lost holds up what is behind it, until the connection ends.
TEST(BoundedDeliveryLaw, AFaultBringsBackWhatCameOnlyAfterIt) {
  const auto deliveries = [](int struck, int unstruck) {
    HistoryBuilder h;
    h.invoke("c1/main", "add", cast);
    for (int again = 0; again < struck + unstruck; ++again) {
      h.link("s1", "main opened");
      if (again < struck) h.fault("lost", "another", "drop");
      h.deliver("s1", "add", {.redelivered = again > 0});
      h.link("s1", "main closed: reset");
    }
    h.deliver("s2", "add", {.redelivered = true});
    return h.history;
  };
  EXPECT_THAT(bounded_delivery(deliveries(30, 0)), Holds());
  EXPECT_THAT(bounded_delivery(deliveries(30, 19)), Holds());
  EXPECT_THAT(bounded_delivery(deliveries(30, 20)), IsViolated());
}

TEST(BoundedDeliveryLaw, OneMoreIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  deliver(h, "add", 20);
  h.deliver("s2", "add", {.redelivered = true});
  EXPECT_EQ(
      argument(h),
      "bounded-delivery is violated once (1 judged)\n"
      "\n"
      "The cast \"add\" was delivered 21 times, not counting what faults brought back.\n"
      "  1  event  1   1ms  the broker handed add to s1\n"
      "  2  event  2   2ms  s1's requeue of add reached the broker\n"
      "  3  event  3   3ms  the broker handed add to s1 (flagged as redelivered)\n"
      "  4  event 41  41ms  the broker handed add to s2 (flagged as redelivered)\n"
      "A request that comes again and again keeps its servers busy for ever. A broker gives a "
      "message up after 20 deliveries.\n");
}

TEST(BoundedDeliveryLaw, WhatAFaultBringsBackDoesNotCount) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.deliver("s1", "add");
  for (int i = 0; i < 30; ++i) {
    h.fault("again", "add", "requeue");
    h.deliver("s1", "add");
  }
  EXPECT_THAT(bounded_delivery(h.history), Holds());
  deliver(h, "add", 19);
  EXPECT_THAT(bounded_delivery(h.history), Holds());
  deliver(h, "add", 1);
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

TEST(BoundedDeliveryLaw, AFaultOfTheWorldBringsNoMessageBackForEver) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.deliver("s1", "add");
  for (int i = 0; i < 20; ++i) {
    h.fault("crash", "", "kill");
    h.deliver("s1", "add");
  }
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

TEST(BoundedDeliveryLaw, WhatWasCopiedIsAsManyMessages) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.fault("echo", "add", "duplicate");
  for (int i = 0; i < 30; ++i) h.deliver("s1", "add");
  EXPECT_EQ(argument(h),
            "bounded-delivery is vacuous: a fault had copied each request that was delivered\n");
}

TEST(BoundedDeliveryLaw, WithoutADeliveryItIsVacuous) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  EXPECT_EQ(argument(h), "bounded-delivery is vacuous: no request was delivered\n");
}

TEST(BoundedDeliveryLaw, AFanoutHasAQueueForEachServer) {
  HistoryBuilder h;
  h.invoke("c1/main", "all", fanout);
  for (int server = 0; server < 30; ++server) h.deliver("s" + std::to_string(server), "all");
  EXPECT_EQ(argument(h), "bounded-delivery holds (30 judged)\n");
  deliver(h, "all", 20, "s7");
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

TEST(BoundedDeliveryLaw, EachAttemptOfAnApplicationIsAMessage) {
  HistoryBuilder h;
  h.invoke("c1/main", "pay", call);
  deliver(h, "pay", 20);
  Event again = h.history[0];
  again.at = h.history.end();
  again.attempt = 2;
  h.history.add(again);
  deliver(h, "pay", 20);
  EXPECT_THAT(bounded_delivery(h.history), Holds());
  deliver(h, "pay", 1);
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

TEST(BoundedDeliveryLaw, WhatAStrangerSentMustNotComeBackForEverEither) {
  HistoryBuilder h;
  h.inject("stranger", "odd", "request");
  deliver(h, "odd", 21);
  EXPECT_THAT(bounded_delivery(h.history), IsViolated());
}

TEST(BoundedDeliveryLaw, OfWhatBeganBeforeTheHistoryItJudgesNothing) {
  HistoryBuilder h;
  h.history.from = TimePoint(1ms);
  h.at(1ms);
  deliver(h, "before", 21);
  EXPECT_EQ(find_law("bounded-delivery")->judge(h.history).vacuous_because,
            "1 operation began before the history");
}

}  // namespace
}  // namespace castaway::check
