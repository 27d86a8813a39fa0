#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(fanout_whole(h.history), h.history);
}

/// Two servers of the topic "t", and a fanout to it that s1 has executed.
HistoryBuilder half(More how = {}) {
  HistoryBuilder h;
  h.serving("s1", "t");
  h.serving("s2", "t");
  h.invoke("c1/main", "all", fanout, 10s, {.topic = "t"});
  h.accept("all", how);
  h.serve("s1", "all");
  return h;
}

TEST(FanoutWholeLaw, HoldsWhenEachServerExecutesOrRefusesIt) {
  HistoryBuilder executed = half();
  executed.serve("s2", "all");
  EXPECT_EQ(argument(executed), "fanout-whole holds (2 judged)\n");
  HistoryBuilder refused = half();
  refused.refuse("s2", "all");
  EXPECT_EQ(argument(refused), "fanout-whole holds (2 judged)\n");
}

TEST(FanoutWholeLaw, AServerThatMissesItIsArgued) {
  EXPECT_EQ(argument(half()),
            "fanout-whole is violated once (2 judged)\n"
            "\n"
            "The fanout \"all\" was accepted by the broker, and never executed by s2.\n"
            "  1  event 1  1ms  s2: serving\n"
            "  2  event 2  2ms  c1/main fanned out all on t, until 10.002s\n"
            "  3  event 3  3ms  the broker accepted all\n"
            "  4  event 6  6ms  the run ended, and nothing was left that could happen\n"
            "A fanout that the broker accepts is executed or refused by each server of its topic "
            "that serves before it and until the end, unless something breaks.\n");
}

TEST(FanoutWholeLaw, OneThatReachesNoQueueMissesItsServersToo) {
  EXPECT_THAT(fanout_whole(half({.detail = "unroutable"}).history), IsViolated());
}

TEST(FanoutWholeLaw, OnlyServersOfItsTopicAndExchangeCount) {
  HistoryBuilder h;
  h.serving("s1", "t");
  h.serving("s2", "u");
  h.serving("s3", "t", "other");
  h.process("s4", "serving");
  h.invoke("c1/main", "all", fanout, 10s, {.topic = "t"});
  h.accept("all");
  h.serve("s1", "all");
  EXPECT_EQ(argument(h), "fanout-whole holds (1 judged)\n");
}

TEST(FanoutWholeLaw, AServerThatBeginsLaterOrStopsIsNotJudged) {
  for (const std::string_view end : {"stopping", "killed"}) {
    HistoryBuilder h = half();
    h.process("s2", end);
    EXPECT_EQ(argument(h), "fanout-whole holds (1 judged)\n") << end;
    h.serving("s2", "t");
    EXPECT_EQ(argument(h), "fanout-whole holds (1 judged)\n") << end;
  }
}

TEST(FanoutWholeLaw, AServerThatBrokeOrIsBusyForEverIsExcused) {
  for (const std::string_view end : {"listen closed: reset", "cut", "half open"}) {
    HistoryBuilder h = half();
    h.link("s2", end);
    EXPECT_THAT(fanout_whole(h.history), Holds()) << end;
  }
  HistoryBuilder h = half();
  h.execute("s2", "other");
  EXPECT_THAT(fanout_whole(h.history), Holds());
  h.done("s2", "other");
  EXPECT_THAT(fanout_whole(h.history), IsViolated());
}

TEST(FanoutWholeLaw, ABrokerThatLostAnythingIsExcused) {
  for (const std::string_view change : {"down", "queue deleted", "forgot acks"}) {
    HistoryBuilder h = half();
    h.process("broker", change);
    EXPECT_THAT(fanout_whole(h.history), IsVacuous()) << change;
  }
  HistoryBuilder before;
  before.process("broker", "down");
  before.serving("s1", "t");
  before.invoke("c1/main", "all", fanout, 10s, {.topic = "t"});
  before.accept("all");
  EXPECT_THAT(fanout_whole(before.history), IsViolated());
}

TEST(FanoutWholeLaw, AFaultExcusesUnlessItOnlyMakesACopyOrAnotherOrder) {
  for (const std::string_view action : {"drop", "delay", "corrupt", "unroutable"}) {
    HistoryBuilder h = half();
    h.fault("rule", "all", action);
    EXPECT_THAT(fanout_whole(h.history), IsVacuous()) << action;
  }
  HistoryBuilder h = half();
  h.fault("rule", "all", "duplicate");
  h.fault("rule", "other", "drop");
  EXPECT_THAT(fanout_whole(h.history), IsViolated());
}

TEST(FanoutWholeLaw, ARunThatGoesOnOrBeganBeforeIsNotJudged) {
  for (const Ending ending : {Ending::limit, Ending::cut, Ending::livelock}) {
    HistoryBuilder h = half();
    h.history.ending = ending;
    EXPECT_EQ(argument(h), "fanout-whole is vacuous: the run did not come to its end\n");
  }
  HistoryBuilder h = half();
  h.history.from = TimePoint(1ns);
  EXPECT_EQ(argument(h),
            "fanout-whole is vacuous: what happened before the history began is not "
            "known\n");
}

}  // namespace
}  // namespace castaway::check
