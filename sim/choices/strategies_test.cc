#include "castaway/sim/strategies.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

constexpr std::uint64_t seeds = 200;

Question latency(std::string_view name, std::uint64_t bound = 1000) {
  return {.name = name, .bound = bound, .deviate = {999, 1000}, .about = Choice::delay};
}

template <class S>
void expect_to_repeat() {
  const std::array<std::uint64_t, 3> candidates = {5, 6, 7};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    S one(seed), other(seed);
    for (int i = 0; i < 50; ++i) {
      const std::string name = "op" + std::to_string(i % 7) + "/request/" + std::to_string(i);
      Question question = latency(name);
      question.candidates = candidates;
      const std::uint64_t answer = one.answer(question);
      ASSERT_LT(answer, question.bound);
      ASSERT_EQ(answer, other.answer(question));
    }
  }
}

TEST(Swarm, RepeatsUnderItsSeed) { expect_to_repeat<Swarm>(); }
TEST(Boundary, RepeatsUnderItsSeed) { expect_to_repeat<Boundary>(); }
TEST(Pct, RepeatsUnderItsSeed) { expect_to_repeat<Pct>(); }

TEST(Family, IsTheRuleWhateverIsAskedAboutIt) {
  EXPECT_EQ(family_of({.name = "pay/request/1/queue/bank/echo"}), "echo");
  EXPECT_EQ(family_of({.name = "pay/request/1/queue/bank/echo/enter"}), "echo");
  EXPECT_EQ(family_of({.name = "pay/request/1/late/by", .about = Choice::delay}), "late");
  EXPECT_EQ(family_of({.name = "pay/request/1/hurt/by/bit-2", .about = Choice::damage}), "hurt");
  EXPECT_EQ(family_of({.name = "pay/request/1/queue/bank", .about = Choice::delay}), "latency");
  EXPECT_EQ(family_of({.name = "c1/connection/1/tie/up", .about = Choice::order}), "up");
}

TEST(Swarm, SwitchesAFamilyOffForAWholeRun) {
  std::uint64_t off = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Swarm swarm(seed);
    std::uint64_t fired = 0;
    for (int i = 0; i < 40; ++i) {
      const std::string name = "op" + std::to_string(i) + "/request/1/lost";
      fired += swarm.answer({.name = name, .deviate = {1, 2}});
    }
    if (fired == 0) ++off;
  }
  // Of 40 even chances none comes true once in 10^12.
  EXPECT_GT(off, seeds / 3);
  EXPECT_LT(off, 2 * seeds / 3);
}

TEST(Boundary, TakesEachCandidateAndAlsoAnswersByChance) {
  const std::array<std::uint64_t, 2> candidates = {41, 43};
  std::set<std::uint64_t> taken, others;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Boundary boundary(seed);
    Question question = latency("pay/request/1/up", 1'000'000);
    question.candidates = candidates;
    const std::uint64_t answer = boundary.answer(question);
    (answer == 41 || answer == 43 ? taken : others).insert(answer);
  }
  EXPECT_EQ(taken, (std::set<std::uint64_t>{41, 43}));
  EXPECT_GT(others.size(), seeds / 4);
}

TEST(Boundary, KeepsACandidateBelowItsBound) {
  const std::array<std::uint64_t, 1> candidates = {10};
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Boundary boundary(seed);
    EXPECT_LT(boundary.answer({.name = "a", .bound = 3, .candidates = candidates}), 3U);
  }
}

TEST(Pct, KeepsAnOperationQuickOrSlow) {
  std::uint64_t slow = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pct pct(seed);
    std::set<std::uint64_t> answers;
    for (int hop = 0; hop < 20; ++hop)
      answers.insert(pct.answer(latency("pay/request/" + std::to_string(hop))));
    // At a change point it falls behind, and stays there.
    ASSERT_LE(answers.size(), 2U);
    if (answers.size() == 2) {
      ++slow;
      EXPECT_EQ(*answers.rbegin(), 999U);
    }
  }
  EXPECT_GT(slow, 0U);
  EXPECT_LT(slow, seeds);
}

TEST(Pct, PreemptsAtChangePointsAlone) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Pct pct(seed);
    std::uint64_t preempted = 0;
    for (int i = 0; i < 5000; ++i) {
      const std::string name = "c1/main/checkpoint/" + std::to_string(i);
      preempted += pct.answer({.name = name, .deviate = {1, 2}, .about = Choice::turn});
    }
    ASSERT_GE(preempted, 1U);
    ASSERT_LE(preempted, 3U);
  }
}

TEST(Variation, AnswersAsItsPlanButForAFew) {
  std::vector<Deviation> plan;
  for (int i = 0; i < 100; ++i) plan.push_back({"op" + std::to_string(i), 7});
  std::uint64_t least = 100, most = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Variation variation(plan, seed);
    std::uint64_t kept = 0;
    for (const Deviation& deviation : plan) {
      if (variation.answer(latency(deviation.at, 1'000'000)) == 7) ++kept;
    }
    least = std::min(least, kept);
    most = std::max(most, kept);
  }
  EXPECT_GT(least, 25U);
  EXPECT_LT(least, 60U);
  EXPECT_GT(most, 95U);
}

}  // namespace
}  // namespace castaway::sim
