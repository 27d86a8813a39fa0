#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(effect(h.history), h.history); }

TEST(EffectLaw, HoldsWhenWhatHadNoneIsNotExecuted) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.failure("c1", "ping", {.effect = Effect::none});
  EXPECT_EQ(argument(h), "effect holds (1 judged)\n");
}

TEST(EffectLaw, AnExecutionAfterAFailureIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "k", cast);
  h.failure("c1", "k", {.effect = Effect::none});
  h.at(1s).execute("s1", "k");
  EXPECT_EQ(argument(h),
            "effect is violated once (1 judged)\n"
            "\n"
            "The cast \"k\" failed without effect, and was executed all the same.\n"
            "  1  event 0   0s  c1/main cast k\n"
            "  2  event 1  1ms  k failed at c1 (no server executes it)\n"
            "  3  event 2   1s  s1 executed k\n"
            "Whoever is told that a request had no effect may send it again. It was executed 999ms "
            "after.\n");
}

TEST(EffectLaw, AnExecutionBeforeATimeoutBreaksItToo) {
  HistoryBuilder h;
  h.execute("s1", "ping");
  h.timeout("c1", "ping", {.effect = Effect::none});
  EXPECT_THAT(effect(h.history), IsViolated());
}

TEST(EffectLaw, WhoeverIsInDoubtSaysNothingThatCouldBeWrong) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call, 5s);
  h.execute("s1", "ping");
  h.timeout("c1", "ping");
  EXPECT_EQ(argument(h), "effect is vacuous: nothing ended with the effect none\n");
}

}  // namespace
}  // namespace castaway::check
