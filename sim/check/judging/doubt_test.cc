// What the laws make of doubt: of clocks that may be off, of events that nobody saw, and of an
// application that asks again.

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

/// The answer stands in the history before the end of the execution that gave it.
HistoryBuilder answered_early() {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 5s);
  h.execute("s1", "a");
  h.reply("s1", "a");
  h.returned("c1", "a");
  h.done("s1", "a");
  return h;
}

TEST(Skew, LeavesOpenWhatCameFirst) {
  HistoryBuilder h = answered_early();
  EXPECT_THAT(no_phantom(h.history), IsViolated());
  h.history.skew = 400us;
  EXPECT_THAT(no_phantom(h.history), IsViolated()) << "1 ms is more than two clocks may be off";
  h.history.skew = 500us;
  EXPECT_THAT(no_phantom(h.history), Holds());
}

TEST(Skew, OfOneActorIsEnough) {
  HistoryBuilder h = answered_early();
  h.history.actors[h.history.intern("s1")].skew = 1ms;
  EXPECT_THAT(no_phantom(h.history), Holds());
  h.history.actors[h.history.intern("s1")].skew = 0ms;
  h.history.actors[h.history.intern("s2")].skew = 1ms;
  EXPECT_THAT(no_phantom(h.history), IsViolated());
}

TEST(Skew, ExcusesAnExecutionThatSeemsToComeBeforeItsInvoke) {
  HistoryBuilder h;
  h.execute("s1", "a");
  h.invoke("c1/main", "a", cast);
  EXPECT_THAT(no_phantom(h.history), IsViolated());
  h.history.skew = 1ms;
  EXPECT_THAT(no_phantom(h.history), Holds());
}

TEST(Skew, DoesNotExcuseAClientThatIsLateByItsOwnClock) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 1ms);
  h.at(3ms).returned("c1", "a");
  h.history.skew = 1h;
  EXPECT_THAT(deadline(h.history), IsViolated());
}

TEST(Skew, HoldsUpTheEndOfTheObservation) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 5s);
  h.history.ending = Ending::limit;
  h.history.until = TimePoint(6s);
  const Verdict hang = one_completion(h.history);
  ASSERT_THAT(hang, IsViolated());
  EXPECT_EQ(hang.violations[0].law,
            "A call completes exactly once. This one had waited 6s, 1s longer than it may.");
  h.history.skew = 1s;
  EXPECT_THAT(one_completion(h.history), IsVacuous());
}

TEST(Skew, LeavesTheOrderOfOneTaskOpenToo) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call, 5s);
  h.execute("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call, 5s);
  h.execute("s2", "b");
  h.done("s1", "a");
  EXPECT_THAT(task_order(h.history), IsViolated());
  h.history.skew = 1ms;
  EXPECT_THAT(task_order(h.history), Holds());
}

TEST(Suspect, EventsMakeNoViolation) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  const Law& law = *find_law("at-most-once");
  h.history.add({.at = TimePoint(9ms),
                 .kind = EventKind::execute,
                 .suspect = true,
                 .actor = h.history.intern("s2"),
                 .op = h.history.intern("a")});
  const Verdict verdict = law.judge(h.history);
  EXPECT_FALSE(verdict.violated());
  EXPECT_FALSE(verdict.holds());
  EXPECT_FALSE(verdict.vacuous());
  EXPECT_TRUE(verdict.suspected());
  ASSERT_EQ(verdict.suspects.size(), 1U);
  EXPECT_THAT(to_string(verdict, h.history),
              testing::StartsWith("at-most-once is suspected once (1 judged)\n\nThe call \"a\" was "
                                  "executed twice, by s1 and s2.\n"));
  h.execute("s1", "a");
  const Verdict certain = law.judge(h.history);
  EXPECT_TRUE(certain.violated()) << "two that were seen are two";
  EXPECT_EQ(to_string(certain, h.history).find("event 2"), std::string::npos);
  EXPECT_EQ(certain.violations[0].steps.back().event, 3U);
}

TEST(Suspect, AnExecutionThatNobodySawExcusesALossOnlyPerhaps) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.deliver("s1", "a");
  h.settle("s1", "a", "ack");
  const Law& law = *find_law("no-loss");
  EXPECT_TRUE(law.judge(h.history).violated());
  h.history.add({.at = TimePoint(9ms),
                 .kind = EventKind::execute,
                 .suspect = true,
                 .actor = h.history.intern("s1"),
                 .op = h.history.intern("a")});
  EXPECT_TRUE(law.judge(h.history).suspected());
}

/// An application that asks for `a` as often as `attempts` says, under one id.
HistoryBuilder asked_again(std::uint32_t attempts) {
  HistoryBuilder h;
  for (std::uint32_t attempt = 1; attempt <= attempts; ++attempt) {
    Event invoke{.at = TimePoint(attempt * 10ms),
                 .kind = EventKind::invoke,
                 .operation = call,
                 .actor = h.history.intern("c1"),
                 .task = h.history.intern("c1/main"),
                 .op = h.history.intern("a"),
                 .attempt = attempt,
                 .deadline = TimePoint(attempt * 10ms + 5ms)};
    h.history.add(invoke);
    h.at(attempt * 10ms + 1ms).execute("s1", "a");
    h.at(attempt * 10ms + 5ms).timeout("c1", "a");
  }
  return h;
}

TEST(Attempt, AllowsAnExecutionAndACompletionEach) {
  HistoryBuilder h = asked_again(3);
  EXPECT_THAT(at_most_once(h.history), Holds());
  EXPECT_THAT(one_completion(h.history), Holds());
  EXPECT_THAT(deadline(h.history), Holds()) << "each by its own deadline";
  h.execute("s1", "a");
  EXPECT_THAT(at_most_once(h.history), IsViolated());
  h.timeout("c1", "a");
  EXPECT_THAT(one_completion(h.history), IsViolated());
}

TEST(Attempt, OfThemTheLastOneMustCompleteToo) {
  HistoryBuilder h = asked_again(2);
  h.history.add({.at = TimePoint(1s),
                 .kind = EventKind::invoke,
                 .operation = call,
                 .actor = h.history.intern("c1"),
                 .op = h.history.intern("a"),
                 .attempt = 3});
  EXPECT_THAT(one_completion(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
