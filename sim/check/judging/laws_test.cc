#include "castaway/check/laws.h"

#include <string>
#include <vector>

#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(const std::vector<Verdict>& verdicts) {
  std::vector<std::string> names;
  for (const Verdict& verdict : verdicts) names.push_back(verdict.law);
  return names;
}

const Verdict& of(const std::vector<Verdict>& verdicts, std::string_view law) {
  return *std::find_if(verdicts.begin(), verdicts.end(),
                       [&](const Verdict& verdict) { return verdict.law == law; });
}

/// c1/main calls a and then b; a is executed again while b is.
HistoryBuilder overlap() {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call);
  h.execute("s1", "b");
  h.execute("s1", "a");
  h.done("s1", "b");
  h.returned("c1", "b");
  return h;
}

TEST(Laws, EachIsFoundByItsNameAndCallsItsVerdictSo) {
  ASSERT_EQ(laws().size(), 22U);
  for (const Law& law : laws()) {
    EXPECT_EQ(find_law(law.name), &law);
    EXPECT_EQ(law.judge(History()).law, law.name);
    EXPECT_FALSE(law.statement.empty());
  }
  EXPECT_EQ(find_law("call-order"), nullptr);
  EXPECT_EQ(find_law(""), nullptr);
}

TEST(Laws, OnlyCastOrderIsAGoal) {
  for (const Law& law : laws()) EXPECT_EQ(law.goal, law.name == "cast-order");
}

TEST(Laws, AnEmptyHistoryIsVacuousToAllOfThem) {
  for (const Law& law : laws()) {
    const Verdict verdict = law.judge(History());
    EXPECT_THAT(verdict, IsVacuous());
    EXPECT_FALSE(verdict.vacuous_because.empty());
  }
}

TEST(Laws, ThatNeedInvokesSaySoWhereThereAreNone) {
  HistoryBuilder h;
  h.serve("s1", "a");
  for (const Law& law : laws()) {
    const Verdict verdict = law.judge(h.history);
    EXPECT_EQ(law.needs_invoke, verdict.vacuous_because == "no operation was invoked") << law.name;
  }
}

TEST(JudgeAll, JudgesTheUniversalLawsRootsFirst) {
  EXPECT_THAT(
      names(judge_all(History())),
      ElementsAre("at-most-once", "no-phantom", "own-reply", "reply-arrives", "reply-heard",
                  "cast-accepted", "no-loss", "cast-runs", "fanout-whole", "one-completion",
                  "deadline", "expiry", "task-order", "effect", "no-reply-to-cast", "stop-ends",
                  "retries-used", "recovery", "bounded-delivery", "no-residue"));
}

TEST(JudgeAll, BrokenTaskOrderIsAConsequenceOfASecondExecution) {
  const HistoryBuilder h = overlap();
  const std::vector<Verdict> verdicts = judge_all(h.history);
  ASSERT_THAT(of(verdicts, "at-most-once"), IsViolated());
  ASSERT_EQ(of(verdicts, "task-order").violations.size(), 1U);
  EXPECT_EQ(of(verdicts, "task-order").violations[0].consequence_of, "at-most-once");
  EXPECT_EQ(to_string(of(verdicts, "task-order"), h.history),
            "task-order is violated once (1 judged)\n"
            "\n"
            "The call \"a\" was executed after the call \"b\" had begun, which its task invoked "
            "later.\n"
            "  1  event 4  4ms  a returned to c1\n"
            "  2  event 5  5ms  c1/main called b\n"
            "  3  event 6  6ms  s1 executed b\n"
            "  4  event 7  7ms  s1 executed a only now\n"
            "A consequence of at-most-once, which is broken for the same operation.\n"
            "Once a call has completed, no execution of it ends after a later operation of its "
            "task began. It was executed twice, and 1ms too late.\n");
}

TEST(JudgeAll, BrokenTaskOrderIsAConsequenceOfAResultThatCameTooEarly) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call);
  h.execute("s1", "b");
  h.done("s1", "a");
  const std::vector<Verdict> verdicts = judge_all(h.history);
  ASSERT_EQ(of(verdicts, "task-order").violations.size(), 1U);
  EXPECT_EQ(of(verdicts, "task-order").violations[0].consequence_of, "no-phantom");
}

TEST(JudgeAll, BrokenTaskOrderIsAConsequenceOfAnotherCallsReply) {
  HistoryBuilder h;
  h.invoke("c1/main", "zero", call);
  h.serve("s1", "zero", {.value = "Z"});
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a", {.value = "1"});
  h.returned("c1", "a", {.value = "Z"});
  h.invoke("c1/main", "b", call);
  h.execute("s1", "b");
  h.done("s1", "a", {.value = "A"});
  const std::vector<Verdict> verdicts = judge_all(h.history);
  EXPECT_THAT(of(verdicts, "at-most-once"), Holds());
  EXPECT_THAT(of(verdicts, "no-phantom"), Holds());
  ASSERT_EQ(of(verdicts, "task-order").violations.size(), 1U);
  EXPECT_EQ(of(verdicts, "task-order").violations[0].consequence_of, "own-reply");
}

TEST(JudgeAll, ATroubleOfTheLaterOperationIsARootToo) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "b");
  h.serve("s1", "a");
  h.returned("c1", "a");
  h.invoke("c1/main", "b", call);
  const std::vector<Verdict> verdicts = judge_all(h.history);
  ASSERT_EQ(of(verdicts, "task-order").violations.size(), 1U);
  EXPECT_EQ(of(verdicts, "task-order").violations[0].consequence_of, "no-phantom");
}

TEST(JudgeAll, AnotherOperationsTroubleIsNoRoot) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a", {.value = "A"});
  h.returned("c1", "a", {.value = "A"});
  h.invoke("c1/main", "b", call);
  h.execute("s1", "b");
  h.done("s1", "a", {.value = "A"});
  h.invoke("c1/main", "x", cast);
  h.serve("s1", "x");
  h.serve("s1", "x");
  const std::vector<Verdict> verdicts = judge_all(h.history);
  ASSERT_THAT(of(verdicts, "at-most-once"), IsViolated());
  ASSERT_EQ(of(verdicts, "task-order").violations.size(), 1U);
  EXPECT_EQ(of(verdicts, "task-order").violations[0].consequence_of, "");
}

}  // namespace
}  // namespace castaway::check
