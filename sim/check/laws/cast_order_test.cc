#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(cast_order(h.history), h.history);
}

TEST(CastOrder, HoldsWhenCastsAreExecutedAsTheyWereSent) {
  HistoryBuilder h;
  for (const std::string_view op : {"k1", "k2", "k3"}) h.invoke("c1/main", op, cast);
  for (const std::string_view op : {"k1", "k2", "k3"}) h.execute("s1", op);
  EXPECT_EQ(argument(h), "cast-order holds (2 judged)\n");
}

TEST(CastOrder, ASwapIsShown) {
  HistoryBuilder h;
  h.invoke("c1/main", "k1", cast, {}, {.method = "put", .topic = "log"});
  h.invoke("c1/main", "k2", cast, {}, {.method = "put", .topic = "log"});
  h.execute("s1", "k2");
  h.execute("s2", "k1");
  EXPECT_EQ(argument(h),
            "cast-order is violated once (1 judged)\n"
            "\n"
            "The cast \"k2\" was executed before \"k1\", which was sent first.\n"
            "  1  event 0   0s  c1/main cast k1, method put on log\n"
            "  2  event 1  1ms  c1/main cast k2, method put on log\n"
            "  3  event 2  2ms  s1 executed k2\n"
            "  4  event 3  3ms  s2 executed k1\n"
            "Casts promise no order, and this run shows it: sent 1ms apart, executed 1ms apart.\n");
}

TEST(CastOrder, ASwapOfTwoThatAreNoNeighboursShowsInNeighbours) {
  HistoryBuilder h;
  for (const std::string_view op : {"k1", "k2", "k3"}) h.invoke("c1/main", op, cast);
  for (const std::string_view op : {"k2", "k3", "k1"}) h.execute("s1", op);
  const Verdict verdict = cast_order(h.history);
  EXPECT_EQ(verdict.judged, 2U);
  ASSERT_EQ(verdict.violations.size(), 1U);
  EXPECT_EQ(verdict.violations[0].op, "k2");
}

TEST(CastOrder, OnlyCastsOfOneTaskToOneTopicThatWereExecutedOnceAreCompared) {
  HistoryBuilder h;
  h.invoke("c1/main", "other-task", cast, {}, {.topic = "log"});
  h.invoke("c2/main", "other-topic", cast, {}, {.topic = "audit"});
  h.invoke("c2/main", "call", call, {}, {.topic = "log"});
  h.invoke("c2/main", "fanout", fanout, {}, {.topic = "log"});
  h.invoke("c2/main", "lost", cast, {}, {.topic = "log"});
  h.invoke("c2/main", "twice", cast, {}, {.topic = "log"});
  h.invoke("c2/main", "k", cast, {}, {.topic = "log"});
  for (const std::string_view op :
       {"k", "twice", "twice", "fanout", "call", "other-topic", "other-task"}) {
    h.execute("s1", op);
  }
  EXPECT_EQ(argument(h),
            "cast-order is vacuous: no task sent two casts to one topic that were executed once "
            "each\n");
}

}  // namespace
}  // namespace castaway::check
