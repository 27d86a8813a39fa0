#include "castaway/check/windowed_judge.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::SizeIs;

std::vector<Verdict> in_windows(const History& history, std::size_t window) {
  WindowedJudge judge(window);
  judge.add(history);
  judge.finish(history);
  return judge.verdicts();
}

const Verdict& of(const std::vector<Verdict>& verdicts, std::string_view law) {
  return *std::ranges::find(verdicts, law, &Verdict::law);
}

void call_and_answer(HistoryBuilder& h, const std::string& op) {
  h.invoke("c1/main", op, call, 5s);
  h.serve("s1", op, {.value = "1"});
  h.returned("c1", op, {.value = "1"});
}

HistoryBuilder many_calls(int number) {
  HistoryBuilder h;
  for (int i = 0; i < number; ++i) call_and_answer(h, "call#" + std::to_string(i));
  return h;
}

TEST(WindowedJudge, JudgesWhatFitsIntoAWindowAsAWhole) {
  HistoryBuilder h = many_calls(3);
  h.invoke("c1/main", "hangs", call, 5s);
  h.execute("s1", "call#0");
  std::vector<Verdict> verdicts = in_windows(h.history, h.history.events().size());
  for (Verdict& verdict : verdicts) {
    for (Violation& violation : verdict.violations) {
      for (Step& step : violation.steps) {
        EXPECT_EQ(step.at, h.history[step.event].at);
        step.at = never;
      }
    }
  }
  EXPECT_EQ(verdicts, judge_all(h.history));
  EXPECT_THAT(of(verdicts, "one-completion"), IsViolated());
}

TEST(WindowedJudge, CountsOnceWhatTwoWindowsJudge) {
  // The windows begin with a call each: none is taken apart.
  const std::vector<Verdict> verdicts = in_windows(many_calls(100).history, 20);
  EXPECT_EQ(of(verdicts, "at-most-once").judged, 100U);
  EXPECT_EQ(of(verdicts, "own-reply").judged, 100U);
  EXPECT_EQ(of(verdicts, "one-completion").judged, 100U);
  EXPECT_EQ(of(verdicts, "deadline").judged, 100U);
  EXPECT_THAT(verdicts, Each(Field(&Verdict::unseen, 0U)));
}

TEST(WindowedJudge, SaysOfHowManyOperationsNoWindowSawTheBeginning) {
  HistoryBuilder h = many_calls(1);
  h.invoke("c1/other", "slow", call, 500s);
  for (int i = 0; i < 20; ++i) call_and_answer(h, "more#" + std::to_string(i));
  h.serve("s1", "slow", {.value = "2"});
  h.returned("c1", "slow", {.value = "2"});
  for (int i = 0; i < 20; ++i) call_and_answer(h, "rest#" + std::to_string(i));
  const std::vector<Verdict> verdicts = in_windows(h.history, 20);
  const Verdict& verdict = of(verdicts, "own-reply");
  EXPECT_EQ(to_string(verdict, h.history),
            "own-reply holds (41 judged; 1 operation began before the history)\n");
}

TEST(WindowedJudge, CountsWhatWasOpenWhenItLeftTheWindow) {
  HistoryBuilder h;
  h.invoke("c1/other", "never", call, 500s);
  for (int i = 0; i < 20; ++i) call_and_answer(h, "more#" + std::to_string(i));
  WindowedJudge judge(10);
  judge.add(h.history);
  judge.finish(h.history);
  EXPECT_EQ(judge.left_open(), 1U);
  EXPECT_THAT(of(judge.verdicts(), "one-completion"), Holds());
}

TEST(WindowedJudge, ReportsAViolationOnceWithTheNumbersOfItsEventsInAll) {
  HistoryBuilder h = many_calls(5);
  h.invoke("c1/main", "twice", cast);
  h.serve("s1", "twice");
  h.serve("s1", "twice");
  for (int i = 0; i < 5; ++i) call_and_answer(h, "more#" + std::to_string(i));
  const Verdict whole = at_most_once(h.history);
  const std::vector<Verdict> all = in_windows(h.history, 20);
  const Verdict& verdict = of(all, "at-most-once");
  ASSERT_THAT(verdict.violations, SizeIs(1));
  EXPECT_EQ(verdict.judged, 11U);
  EXPECT_EQ(verdict.violations[0].steps.back().event, whole.violations[0].steps.back().event);
  EXPECT_EQ(to_string(verdict, History()).substr(0, 200),
            to_string(whole, h.history).substr(0, 200));
}

TEST(WindowedJudge, DoesNotTakeWhatWasMadeByHandForAnOperation) {
  HistoryBuilder h;
  h.inject("hand", "made", "request");
  for (int i = 0; i < 8; ++i) call_and_answer(h, "call#" + std::to_string(i));
  h.serve("s1", "made");
  h.serve("s1", "made");
  EXPECT_THAT(of(in_windows(h.history, 8), "at-most-once"), Holds());
}

TEST(WindowedJudge, NamesAResidueOnce) {
  HistoryBuilder h = many_calls(10);
  h.residue("pending operations", 2);
  h.residue("unacknowledged deliveries", 1);
  for (int i = 0; i < 10; ++i) call_and_answer(h, "more#" + std::to_string(i));
  const std::vector<Verdict> all = in_windows(h.history, 12);
  EXPECT_THAT(of(all, "no-residue").violations, SizeIs(2));
}

TEST(WindowedJudge, JudgesByTheLawsThatAreAskedFor) {
  WindowedJudge judge(2, {find_law("cast-order")});
  judge.finish(Head{});
  ASSERT_THAT(judge.verdicts(), SizeIs(1));
  EXPECT_THAT(judge.verdicts()[0], IsVacuous());
  EXPECT_NE(judge.verdicts()[0].vacuous_because, "");
}

TEST(WindowedJudge, HasAWindowOfTwoEventsAtLeast) {
  EXPECT_THROW(WindowedJudge(1), std::invalid_argument);
}

TEST(WindowedJudge, HoldsNoMoreThanAWindowOfAMillionEvents) {
  constexpr std::size_t window = 1000;
  constexpr std::size_t calls = 200'000;
  WindowedJudge judge(window);
  HistoryBuilder h;
  std::size_t most_events = 0;
  std::size_t most_texts = 0;
  for (std::size_t i = 0; i < calls; ++i) {
    const auto begin = static_cast<EventIndex>(h.history.events().size());
    call_and_answer(h, "call#" + std::to_string(i));
    for (EventIndex index = begin; index < h.history.events().size(); ++index) {
      judge.add(h.history, index);
      most_events = std::max(most_events, judge.kept());
    }
    most_texts = std::max(most_texts, h.history.symbols());
    if (h.history.events().size() >= 2 * window) h.history = h.history.tail(window);
  }
  judge.finish(h.history);
  EXPECT_EQ(judge.events(), 1'000'000U);
  EXPECT_EQ(most_events, window);
  EXPECT_LE(most_texts, 2 * window);
  for (const std::string_view law : {"at-most-once", "own-reply", "one-completion", "deadline"})
    EXPECT_EQ(of(judge.verdicts(), law).judged, calls) << law;
  EXPECT_THAT(judge.verdicts(), Each(Field(&Verdict::unseen, 0U)));
}

}  // namespace
}  // namespace castaway::check
