// Histories that begin late, and histories that were cut: what a law cannot see there is no
// violation, and its verdict says so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::AllOf;
using ::testing::Field;

/// Built from 1s on, and observed from then on.
struct LateBuilder : HistoryBuilder {
  LateBuilder() {
    history.from = TimePoint(1s);
    at(1s);
  }
};

auto is_unseen(std::size_t number) {
  return AllOf(IsVacuous(), Field("unseen", &Verdict::unseen, number));
}

auto holds_but(std::size_t number) {
  return AllOf(Holds(), Field("unseen", &Verdict::unseen, number));
}

TEST(LateBeginning, IsSaidWithTheVerdict) {
  LateBuilder h;
  h.serve("s1", "before");
  h.serve("s1", "too");
  EXPECT_EQ(to_string(at_most_once(h.history), h.history),
            "at-most-once holds (2 judged; 2 operations began before the history)\n");
  EXPECT_EQ(find_law("no-phantom")->judge(h.history).vacuous_because,
            "2 operations began before the history");
}

TEST(LateBeginning, IsNotSaidOfAHistoryThatWasSeenFromItsBeginning) {
  HistoryBuilder h;
  h.serve("s1", "before");
  EXPECT_EQ(to_string(at_most_once(h.history), h.history), "at-most-once holds (1 judged)\n");
}

TEST(LateBeginning, LetsAtMostOnceCountTheExecutionsThatItSees) {
  LateBuilder h;
  h.serve("s1", "before");
  h.serve("s1", "before");
  EXPECT_THAT(at_most_once(h.history), IsViolated());
}

TEST(LateBeginning, LeavesOpenWhetherAnOperationWasAFanout) {
  LateBuilder h;
  h.serve("s1", "before");
  h.serve("s2", "before");
  EXPECT_THAT(at_most_once(h.history), holds_but(1));
}

TEST(LateBeginning, LeavesNoDoubtThatWhatHasAReplyIsACall) {
  LateBuilder h;
  h.serve("s1", "before");
  h.reply("s1", "before");
  h.serve("s2", "before");
  EXPECT_THAT(at_most_once(h.history), IsViolated());
}

TEST(LateBeginning, ALaterAttemptTellsOfThoseBefore) {
  LateBuilder h;
  h.serve("s1", "before");
  Event again{.at = TimePoint(2s), .kind = EventKind::invoke, .operation = call};
  again.actor = h.history.intern("c1");
  again.op = h.history.intern("before");
  again.attempt = 2;
  h.history.add(again);
  h.at(3s).serve("s1", "before");
  EXPECT_THAT(at_most_once(h.history), holds_but(1));
  h.returned("c1", "before");
  h.returned("c1", "before");
  EXPECT_THAT(one_completion(h.history), is_unseen(1));
}

TEST(LateBeginning, HidesWhoAskedForAnExecution) {
  LateBuilder h;
  h.serve("s1", "before");
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a");
  EXPECT_THAT(no_phantom(h.history), holds_but(1));
}

TEST(LateBeginning, HidesWhatAnswersRestOn) {
  LateBuilder h;
  h.returned("c1", "before", {.value = "1"});
  h.done("s1", "before", {.value = "2"});
  h.returned("c1", "before", {.value = "1"});
  EXPECT_THAT(own_reply(h.history), is_unseen(1));
  EXPECT_THAT(no_phantom(h.history), is_unseen(1));
  EXPECT_THAT(one_completion(h.history), is_unseen(1));
  EXPECT_THAT(deadline(h.history), is_unseen(1));
}

TEST(LateBeginning, AnInvokeFromBeforeIsNoBeginning) {
  LateBuilder h;
  h.at(900ms).invoke("c1/main", "before", call, 5s);
  h.at(1s).deliver("s1", "other");
  h.returned("c1", "before");
  EXPECT_THAT(no_phantom(h.history), is_unseen(1));
}

TEST(LateBeginning, AnInvokeNearItMayHaveLostEventsIfClocksAreOff) {
  LateBuilder h;
  h.history.skew = 2ms;
  h.at(1004ms).invoke("c1/main", "near", call, 5s);
  h.deliver("s1", "other");
  h.returned("c1", "near");
  EXPECT_THAT(no_phantom(h.history), is_unseen(1));
  h.history.skew = 1ms;
  EXPECT_THAT(no_phantom(h.history), IsViolated());
}

TEST(LateBeginning, DoesNotHideWhatBeginsLater) {
  LateBuilder h;
  h.invoke("c1/main", "a", call, 5s);
  h.deliver("s1", "other");
  h.returned("c1", "a");
  h.returned("c1", "a");
  EXPECT_THAT(no_phantom(h.history), IsViolated());
  EXPECT_THAT(one_completion(h.history), IsViolated());
}

TEST(LateBeginning, LeavesItOpenWhatAServerIsBusyWith) {
  LateBuilder h;
  h.invoke("c1/main", "lost", cast);
  h.deliver("s1", "lost");
  h.settle("s1", "lost", "ack");
  EXPECT_THAT(no_loss(h.history), IsVacuous());
  h.process("s2", "started");
  h.invoke("c1/main", "lost too", cast);
  h.deliver("s2", "lost too");
  h.settle("s2", "lost too", "ack");
  EXPECT_THAT(no_loss(h.history), IsViolated());
}

TEST(LateBeginning, AnEndOfWhatBeganBeforeFreesNoServer) {
  LateBuilder h;
  h.process("s1", "started");
  h.invoke("c1/main", "stuck", cast);
  h.deliver("s1", "stuck");
  h.execute("s1", "stuck");
  h.done("s2", "before");
  h.invoke("c1/main", "behind", cast);
  h.deliver("s1", "behind");
  h.settle("s1", "behind", "ack");
  EXPECT_THAT(no_loss(h.history), IsVacuous());
}

TEST(LateBeginning, OfATaskHidesWhichOperationCameFirst) {
  LateBuilder h;
  h.execute("s1", "before");
  h.returned("c1", "before");
  h.invoke("c1/main", "later", call);
  h.execute("s1", "later");
  h.execute("s1", "before");
  EXPECT_THAT(task_order(h.history), is_unseen(1));
}

TEST(LateBeginning, HidesAnExecutionBeforeItsDenial) {
  LateBuilder h;
  h.failure("c1", "before", {.effect = Effect::none});
  EXPECT_THAT(effect(h.history), holds_but(1));
  h.execute("s1", "before");
  EXPECT_THAT(effect(h.history), IsViolated());
}

TEST(LateBeginning, HidesWhetherACallCameAfterRecovery) {
  LateBuilder h;
  h.history.quiet = TimePoint(0s);
  h.history.recovery = 1ms;
  h.timeout("c1", "before");
  EXPECT_THAT(recovery(h.history), is_unseen(1));
}

TEST(LateBeginning, HidesWhatTheBrokerHadAccepted) {
  LateBuilder h;
  h.history.ending = Ending::cut;
  h.invoke("c1/main", "first", cast);
  h.invoke("c1/main", "second", cast);
  h.accept("first");
  h.accept("second");
  h.deliver("s1", "second");
  h.deliver("s1", "before");
  h.deliver("s1", "first");
  EXPECT_THAT(quiet_broker(h.history), holds_but(1));
}

TEST(LateBeginning, HidesWhatTheOrderOfCastsWas) {
  LateBuilder h;
  h.execute("s1", "before");
  EXPECT_THAT(cast_order(h.history), is_unseen(1));
}

/// The invoke, or the end of an execution, may be the next event.
TEST(ACutHistory, LeavesOpenWhatClocksThatAreOffHideBehindItsEnd) {
  HistoryBuilder h;
  h.history.ending = Ending::cut;
  h.history.skew = 5ms;
  h.invoke("c1/main", "a", call, 5s);
  h.execute("s1", "a");
  h.returned("c1", "a", {.value = "1"});
  h.execute("s1", "b");
  h.execute("s2", "b");
  for (const Law& law : laws()) EXPECT_FALSE(law.judge(h.history).violated()) << law.name;

  h.at(20ms).note("much later");
  EXPECT_THAT(no_phantom(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
