#include "castaway/sim/decisions.h"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_view_literals;

constexpr std::uint64_t most = ~std::uint64_t{0};

std::string nth(int i) { return "question/" + std::to_string(i); }

/// Whether `hits` of `trials` is what a chance of num/den gives: within five standard deviations,
/// in integers.
testing::AssertionResult Likely(std::int64_t hits, std::int64_t trials, Ratio chance) {
  const auto num = static_cast<std::int64_t>(chance.num);
  const auto den = static_cast<std::int64_t>(chance.den);
  const std::int64_t off = hits * den - trials * num;
  if (off * off <= 25 * trials * num * (den - num)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << hits << " of " << trials << " at " << num << "/" << den;
}

/// Answers always the same, and counts how often it is asked.
class Stubborn final : public Strategy {
 public:
  explicit Stubborn(std::uint64_t answer) : answer_(answer) {}
  std::uint64_t answer(const Question&) override {
    ++asked;
    return answer_;
  }
  int asked = 0;

 private:
  std::uint64_t answer_;
};

// These were computed by another program. If one changes, every seed that anybody noted down means
// something else.
TEST(KeyedHash, IsTheSameForEver) {
  EXPECT_EQ(keyed_hash(0, ""), 0x568a9b0b1a2c05ec);
  EXPECT_EQ(keyed_hash(0, "\0"sv), 0x85c61a300ec70fa1);
  EXPECT_EQ(keyed_hash(1, ""), 0x6ec85f1f8547bc0c);
  EXPECT_EQ(keyed_hash(7, "a"), 0x0ef80195b5724405);
  EXPECT_EQ(keyed_hash(7, "abcdefgh"), 0x782ae5e8f431a1e0);
  EXPECT_EQ(keyed_hash(7, "abcdefghi"), 0xde91591a94b8bcde);
  EXPECT_EQ(keyed_hash(7, "c1/ping#3/request/copy 1/lose"), 0xb8af5c6e92883c0c);
  EXPECT_EQ(keyed_hash(most, "\xff\xfe\xc3\xa4 bytes above 127"), 0xc25ea11f1e71221f);
}

TEST(KeyedHash, SetsEachBitInHalfOfTheNames) {
  constexpr int names = 10'000;
  for (int bit = 0; bit < 64; ++bit) {
    int set = 0;
    for (int i = 0; i < names; ++i) set += static_cast<int>(keyed_hash(7, nth(i)) >> bit & 1);
    EXPECT_TRUE(Likely(set, names, {1, 2})) << "bit " << bit;
  }
}

TEST(KeyedHash, FlipsHalfOfItsBitsWithAnyBitOfTheSeed) {
  for (int bit = 0; bit < 64; ++bit) {
    int flipped = 0;
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t seed = keyed_hash(1, nth(i));
      const std::uint64_t other = seed ^ (std::uint64_t{1} << bit);
      flipped += __builtin_popcountll(keyed_hash(seed, "name") ^ keyed_hash(other, "name"));
    }
    EXPECT_TRUE(Likely(flipped, 200 * 64, {1, 2})) << "bit " << bit;
  }
}

TEST(KeyedHash, FlipsHalfOfItsBitsWithAnyBitOfTheName) {
  const std::string name = "c1/ping#3/request/lose";
  for (std::size_t bit = 0; bit < 8 * name.size(); ++bit) {
    std::string other = name;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    int flipped = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      flipped += __builtin_popcountll(keyed_hash(seed, name) ^ keyed_hash(seed, other));
    }
    EXPECT_TRUE(Likely(flipped, 200 * 64, {1, 2})) << "bit " << bit;
  }
}

TEST(Benign, AnswersZero) {
  EXPECT_EQ(Benign().answer({.name = "a", .bound = 9, .deviate = {1, 1}}), 0U);
}

TEST(Random, AnswersTheSameForEver) {
  Random random(7);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(random.answer({.name = std::string("q").append(std::to_string(i)),
                                     .bound = 1'000'000'007,
                                     .deviate = {1, 3}}));
  }
  EXPECT_THAT(answers, ElementsAre(0, 0, 0, 0, 102517321, 726234424, 0, 0));
}

TEST(Random, ScalesTheLargestBoundsAndRatiosToo) {
  Random random(7);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 3; ++i) {
    answers.push_back(random.answer({.name = std::string("q").append(std::to_string(i)),
                                     .bound = most,
                                     .deviate = {most - 1, most}}));
  }
  EXPECT_THAT(answers,
              ElementsAre(8362107029005216176U, 3209781348259030841U, 8139647042544518429U));
}

TEST(Random, DeviatesAsOftenAsTold) {
  constexpr int trials = 20'000;
  for (const Ratio ratio : {Ratio{1, 2}, Ratio{1, 10}, Ratio{1, 1000}, Ratio{999, 1000}}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      Random random(seed);
      int deviated = 0;
      for (int i = 0; i < trials; ++i) {
        deviated += random.answer({.name = nth(i), .bound = 5, .deviate = ratio}) != 0;
      }
      EXPECT_TRUE(Likely(deviated, trials, ratio)) << "seed " << seed;
    }
  }
}

TEST(Random, DeviatesToEachAnswerAlike) {
  constexpr int trials = 20'000;
  Random random(7);
  std::map<std::uint64_t, int> times;
  for (int i = 0; i < trials; ++i) ++times[random.answer({.name = nth(i), .bound = 8})];
  EXPECT_EQ(times.size(), 7U);
  EXPECT_EQ(times.count(0), 0U);
  for (const auto& [answer, count] : times) {
    EXPECT_LT(answer, 8U);
    EXPECT_TRUE(Likely(count, trials, {1, 7})) << "answer " << answer;
  }
}

TEST(Random, ChoosesWhereToApartFromWhether) {
  constexpr int trials = 40'000;
  Random random(7);
  std::map<std::uint64_t, int> times;
  int deviated = 0;
  for (int i = 0; i < trials; ++i) {
    const auto answer = random.answer({.name = nth(i), .bound = 5, .deviate = {1, 10}});
    if (answer == 0) continue;
    ++deviated;
    ++times[answer];
  }
  for (const auto& [answer, count] : times) {
    EXPECT_TRUE(Likely(count, deviated, {1, 4})) << "answer " << answer;
  }
}

TEST(Random, NeverDeviatesAtZeroAndAlwaysAtOneOrMore) {
  Random random(7);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(random.answer({.name = nth(i), .bound = 3, .deviate = {0, 5}}), 0U);
    EXPECT_NE(random.answer({.name = nth(i), .bound = 3, .deviate = {5, 5}}), 0U);
    EXPECT_NE(random.answer({.name = nth(i), .bound = 3, .deviate = {9, 5}}), 0U);
  }
}

TEST(Random, AnswersNothingElseWhenQuestionsAreAddedOrLeftOut) {
  const auto ask = [](bool with_others) {
    Random random(11);
    Decisions decisions(random);
    std::vector<std::uint64_t> answers;
    for (int i = 0; i < 500; ++i) {
      if (with_others) decisions.decide({.name = "other/" + std::to_string(i), .bound = 7});
      answers.push_back(decisions.decide({.name = nth(i), .bound = 9, .deviate = {1, 3}}));
    }
    return answers;
  };
  EXPECT_EQ(ask(false), ask(true));
}

TEST(Replay, RepeatsARunFromItsDeviations) {
  const auto ask = [](Decisions& decisions) {
    std::vector<std::uint64_t> answers;
    for (int i = 0; i < 500; ++i) {
      answers.push_back(decisions.decide({.name = nth(i), .bound = 9, .deviate = {1, 5}}));
      answers.push_back(decisions.happens("chance/" + std::to_string(i), {1, 3}));
    }
    return answers;
  };
  Random random(3);
  Decisions first(random);
  const auto answers = ask(first);
  ASSERT_FALSE(first.deviations().empty());

  Replay replay(first.deviations());
  Decisions second(replay);
  EXPECT_EQ(ask(second), answers);
  EXPECT_EQ(second.deviations(), first.deviations());
}

TEST(Replay, AnswersZeroToWhatItDoesNotKnow) {
  Replay replay({{.at = "a", .answer = 2}});
  EXPECT_EQ(replay.answer({.name = "a", .bound = 3}), 2U);
  EXPECT_EQ(replay.answer({.name = "b", .bound = 3}), 0U);
}

TEST(Replay, TakesTheLargestAnswerForOneThatIsOutOfBoundsNow) {
  Replay replay({{.at = "a", .answer = 7}});
  EXPECT_EQ(replay.answer({.name = "a", .bound = 3}), 2U);
  EXPECT_EQ(replay.answer({.name = "a", .bound = 1}), 0U);
  EXPECT_EQ(replay.answer({.name = "a", .bound = 0}), 0U);
}

TEST(Decisions, KeepTheDeviationsInTheirOrder) {
  Replay replay({{"c", 1}, {"a", 2}});
  Decisions decisions(replay);
  for (const char* name : {"a", "b", "c"}) decisions.decide({.name = name, .bound = 3});
  EXPECT_THAT(decisions.deviations(), ElementsAre(Deviation{"a", 2}, Deviation{"c", 1}));
}

TEST(Decisions, KeepNoneIfToldSo) {
  Stubborn stubborn(1);
  Decisions decisions(stubborn);
  decisions.keep_no_deviations();
  EXPECT_EQ(decisions.decide({.name = "a", .bound = 3}), 1U);
  EXPECT_THAT(decisions.deviations(), IsEmpty());
}

TEST(Decisions, AskNothingThatHasOneAnswer) {
  Stubborn stubborn(1);
  Decisions decisions(stubborn);
  EXPECT_EQ(decisions.decide({.name = "a", .bound = 0}), 0U);
  EXPECT_EQ(decisions.decide({.name = "a", .bound = 1}), 0U);
  EXPECT_FALSE(decisions.happens("a", {0, 1}));
  EXPECT_TRUE(decisions.happens("a", {3, 3}));
  EXPECT_TRUE(decisions.happens("a", {4, 3}));
  EXPECT_EQ(stubborn.asked, 0);
  EXPECT_THAT(decisions.deviations(), IsEmpty());
  EXPECT_TRUE(decisions.happens("a", {1, 3}));
  EXPECT_EQ(stubborn.asked, 1);
}

TEST(Decisions, RefuseAnAnswerThatIsOutOfBounds) {
  Stubborn stubborn(3);
  Decisions decisions(stubborn);
  try {
    decisions.decide({.name = "c1/lose", .bound = 3});
    FAIL() << "3 was taken for an answer below 3";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "decision 'c1/lose': the strategy answered 3, which is not below 3");
  }
}

}  // namespace
}  // namespace castaway::sim
