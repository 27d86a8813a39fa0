#include "castaway/sim/exhaustive.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

using Answers = std::vector<std::uint64_t>;

Question fault(std::string_view name, std::uint64_t bound = 2) {
  return {.name = name, .bound = bound, .about = Choice::fault};
}
Question order(std::string_view name, std::uint64_t bound) {
  return {.name = name, .bound = bound, .about = Choice::order};
}

/// Two faults and an order; a fault of the first leads to a question that nobody else is asked.
Answers small_world(Strategy& strategy) {
  Answers run;
  run.push_back(strategy.answer(fault("a")));
  if (run.front() == 1) run.push_back(strategy.answer(fault("a/again")));
  run.push_back(strategy.answer(order("tie", 3)));
  run.push_back(strategy.answer(fault("b")));
  return run;
}

std::uint64_t hash_of(const Answers& run) {
  std::string text;
  for (const std::uint64_t answer : run) text += std::to_string(answer) + ' ';
  return keyed_hash(0, text);
}

std::vector<Answers> all_runs(ExhaustiveStrategy& strategy,
                              Answers (*world)(Strategy&) = small_world) {
  std::vector<Answers> runs;
  bool more = true;
  while (more) {
    const bool counts = strategy.counts();
    const Answers run = world(strategy);
    if (counts) runs.push_back(run);
    more = strategy.next(hash_of(run));
  }
  return runs;
}

TEST(ExhaustiveStrategy, MakesEveryRunOnce) {
  ExhaustiveStrategy strategy({.faults = 9, .orders = 9});
  const std::vector<Answers> runs = all_runs(strategy);
  // Without a: 3 x 2; with it, a/again doubles them.
  EXPECT_EQ(runs.size(), 18U);
  EXPECT_EQ(std::set<Answers>(runs.begin(), runs.end()).size(), 18U);
  EXPECT_EQ(runs.front(), (Answers{0, 0, 0}));
  EXPECT_EQ(strategy.certificate().runs, 18U);
  EXPECT_TRUE(strategy.certificate().finished);
  EXPECT_EQ(strategy.certificate().questions, 4U);
  EXPECT_EQ(strategy.certificate().mapped, 0U);
}

TEST(ExhaustiveStrategy, KeepsItsBounds) {
  ExhaustiveStrategy strategy({.faults = 1, .orders = 0});
  EXPECT_THAT(all_runs(strategy), testing::UnorderedElementsAre(Answers{0, 0, 0}, Answers{0, 0, 1},
                                                                Answers{1, 0, 0, 0}));
}

TEST(ExhaustiveStrategy, MakesTheBenignRunAloneWhereNothingIsAllowed) {
  ExhaustiveStrategy strategy({.faults = 0, .orders = 0});
  EXPECT_THAT(all_runs(strategy), testing::ElementsAre(Answers{0, 0, 0}));
}

TEST(ExhaustiveStrategy, MapsManyAnswersToFour) {
  ExhaustiveStrategy strategy({.faults = 0, .orders = 1});
  const auto world = [](Strategy& strategy) {
    return Answers{strategy.answer(order("late", 1001))};
  };
  EXPECT_THAT(all_runs(strategy, world),
              testing::ElementsAre(Answers{0}, Answers{1}, Answers{500}, Answers{1000}));
  EXPECT_EQ(strategy.certificate().mapped, 1U);
}

TEST(ExhaustiveStrategy, IsTheSameInParts) {
  ExhaustiveStrategy whole({.faults = 2, .orders = 1});
  std::vector<Answers> expected = all_runs(whole);
  for (const std::uint64_t parts : {2, 3, 5, 16}) {
    std::vector<Answers> runs;
    Certificate sum{.finished = true};
    for (std::uint64_t part = 0; part < parts; ++part) {
      ExhaustiveStrategy strategy({.faults = 2, .orders = 1}, part, parts);
      for (const Answers& run : all_runs(strategy)) runs.push_back(run);
      sum.add(strategy.certificate());
    }
    EXPECT_THAT(runs, testing::UnorderedElementsAreArray(expected));
    EXPECT_EQ(sum.runs, whole.certificate().runs);
    EXPECT_EQ(sum.digest, whole.certificate().digest);
  }
}

/// Frames of two directions: they meet, unless a fault keeps the second back.
Answers two_ties(Strategy& strategy) {
  const auto tie = [](std::string_view name) {
    return Question{.name = name, .bound = 4, .about = Choice::tie};
  };
  Answers run;
  run.push_back(strategy.answer(tie("a")));
  run.push_back(strategy.answer(tie("b")));
  run.push_back(strategy.answer(fault("apart")));
  const bool apart = run.back() == 1;
  if (TieConflicts* tie_conflicts = strategy.tie_conflicts()) {
    tie_conflicts->runs(TimePoint(1ns), run[0]);
    tie_conflicts->is_of("a");
    tie_conflicts->runs(apart ? TimePoint(2ns) : TimePoint(1ns), run[1]);
    tie_conflicts->is_of("b");
  }
  // Which goes first is all that anybody sees.
  return {run[0] <= run[1] || apart, run[2]};
}

TEST(ExhaustiveStrategy, DoesNotMakeARunThatDiffersInATieWithNothingToDecide) {
  for (const std::uint64_t orders : {0, 1, 2}) {
    ExhaustiveStrategy all({.faults = 1, .orders = orders, .all = true});
    ExhaustiveStrategy strategy({.faults = 1, .orders = orders});
    const std::vector<Answers> every = all_runs(all, two_ties);
    const std::vector<Answers> made = all_runs(strategy, two_ties);
    EXPECT_EQ(std::set<Answers>(made.begin(), made.end()),
              std::set<Answers>(every.begin(), every.end()));
    const Certificate& certificate = strategy.certificate();
    EXPECT_EQ(certificate.runs, made.size());
    EXPECT_EQ(certificate.runs + certificate.same, every.size());
    EXPECT_EQ(certificate.digest, all.certificate().digest);
  }
}

TEST(ExhaustiveStrategy, MakesOneRunForAllAnswersThatAreAboveWhatTheyMeet) {
  ExhaustiveStrategy strategy({.faults = 0, .orders = 1});
  EXPECT_EQ(all_runs(strategy, two_ties).size(), 3U);
  EXPECT_EQ(strategy.certificate().same, 4U);
}

TEST(ExhaustiveStrategy, TakesNothingForTheSameThatItWasNotToldOf) {
  struct Untold final : Strategy {
    explicit Untold(ExhaustiveStrategy& strategy) : strategy(strategy) {}
    [[nodiscard]] std::uint64_t answer(const Question& question) override {
      return strategy.answer(question);
    }
    ExhaustiveStrategy& strategy;
  };
  ExhaustiveStrategy strategy({.faults = 0, .orders = 1});
  Untold untold(strategy);
  do {
    static_cast<void>(two_ties(untold));
  } while (strategy.next(1));
  EXPECT_EQ(strategy.certificate().runs, 7U);
  EXPECT_EQ(strategy.certificate().same, 0U);
}

TEST(ExhaustiveStrategy, NoticesARunThatDoesNotRepeat) {
  ExhaustiveStrategy strategy({.faults = 2, .orders = 0});
  static_cast<void>(strategy.answer(fault("a")));
  static_cast<void>(strategy.answer(fault("b")));
  ASSERT_TRUE(strategy.next(1));
  static_cast<void>(strategy.answer(fault("a")));
  EXPECT_THROW(static_cast<void>(strategy.answer(fault("c"))), std::logic_error);
}

TEST(ExhaustiveStrategy, SaysThatItIsNotFinished) {
  ExhaustiveStrategy strategy({.faults = 1, .orders = 1});
  const Answers run = small_world(strategy);
  ASSERT_TRUE(strategy.next(hash_of(run)));
  EXPECT_FALSE(strategy.certificate().finished);
}

}  // namespace
}  // namespace castaway::sim
