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

TEST(Boundary, RepeatsUnderItsSeed) { expect_to_repeat<Boundary>(); }
TEST(Pct, RepeatsUnderItsSeed) { expect_to_repeat<Pct>(); }

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

}  // namespace
}  // namespace castaway::sim
