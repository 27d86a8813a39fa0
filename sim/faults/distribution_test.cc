#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "castaway/sim/fault_plan.h"

#include "quantile.h"

namespace castaway::sim {
namespace {

using Shape = Distribution::Shape;

/// Always the same answer, as far as the bound allows.
class Stubborn final : public Strategy {
 public:
  explicit Stubborn(std::uint64_t answer) : answer_(answer) {}
  std::uint64_t answer(const Question& question) override {
    asked.push_back(std::string(question.name));
    bound = question.bound;
    return std::min(answer_, question.bound - 1);
  }

  std::vector<std::string> asked = {};
  std::uint64_t bound = 0;

 private:
  std::uint64_t answer_;
};

constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();

Duration drawn(const Distribution& distribution, std::uint64_t answer) {
  Stubborn strategy(answer);
  Decisions decisions(strategy);
  return draw(distribution, decisions, "latency");
}

TEST(Distribution, AsksNothingForAConstant) {
  Stubborn strategy(0);
  Decisions decisions(strategy);
  EXPECT_EQ(draw({.a = 5ms}, decisions, "latency"), 5ms);
  EXPECT_EQ(draw({.shape = Shape::uniform, .a = 5ms, .b = 5ms}, decisions, "latency"), 5ms);
  EXPECT_THAT(strategy.asked, testing::IsEmpty());
}

TEST(Distribution, AsksOneQuestionForAnythingElse) {
  Stubborn strategy(0);
  Decisions decisions(strategy);
  static_cast<void>(draw({.shape = Shape::uniform, .a = 10ns, .b = 14ns}, decisions, "a"));
  EXPECT_EQ(strategy.bound, 5U);
  static_cast<void>(draw({.shape = Shape::exponential, .a = 1ms}, decisions, "b"));
  static_cast<void>(draw({.shape = Shape::lognormal, .a = 1ms, .b = 2ms}, decisions, "c"));
  EXPECT_THAT(strategy.asked, testing::ElementsAre("a", "b", "c"));
}

TEST(Distribution, ReachesBothEndsOfAUniform) {
  const Distribution uniform{.shape = Shape::uniform, .a = 80ms, .b = 120ms};
  EXPECT_EQ(drawn(uniform, 0), 80ms);
  EXPECT_EQ(drawn(uniform, 1), 80ms + 1ns);
  EXPECT_EQ(drawn(uniform, last), 120ms);
}

TEST(Distribution, BeginsAtTheMedianAndGoesOutwards) {
  const Distribution exponential{.shape = Shape::exponential, .a = 1s};
  const Distribution lognormal{.shape = Shape::lognormal, .a = 2ms, .b = 20ms};
  EXPECT_NEAR(drawn(exponential, 0).count(), 1e9 * std::log(2.0), 2);
  EXPECT_NEAR(drawn(lognormal, 0).count(), 2e6, 1);
  for (const Distribution& shape : {exponential, lognormal}) {
    Duration shortest = drawn(shape, 0), longest = shortest;
    for (std::uint64_t answer = 1; answer < 2000; answer += 2) {
      EXPECT_LT(drawn(shape, answer), shortest);
      EXPECT_GT(drawn(shape, answer + 1), longest);
      shortest = drawn(shape, answer);
      longest = drawn(shape, answer + 1);
    }
  }
}

/// The quantile q of all that can be drawn.
double quantile(const Distribution& distribution, double q) {
  Stubborn strategy(0);
  Decisions decisions(strategy);
  static_cast<void>(draw(distribution, decisions, ""));
  std::vector<double> all;
  for (std::uint64_t answer = 0; answer < strategy.bound; ++answer) {
    all.push_back(static_cast<double>(drawn(distribution, answer).count()));
  }
  std::sort(all.begin(), all.end());
  return all[static_cast<std::size_t>(q * static_cast<double>(all.size()))];
}

TEST(Distribution, HasTheQuantilesOfAnExponential) {
  const Distribution exponential{.shape = Shape::exponential, .a = 10ms};
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = -1e7 * std::log1p(-q);
    EXPECT_NEAR(quantile(exponential, q), exact, exact * 0.02) << q;
  }
}

TEST(Distribution, HasTheQuantilesOfALognormal) {
  const Distribution lognormal{.shape = Shape::lognormal, .a = 2ms, .b = 20ms};
  EXPECT_NEAR(quantile(lognormal, 0.99), 20e6, 20e6 * 0.01);
  EXPECT_NEAR(quantile(lognormal, 0.01), 0.2e6, 0.2e6 * 0.01);
  EXPECT_NEAR(quantile(lognormal, 0.5), 2e6, 2e6 * 0.001);
}

TEST(Distribution, CutsOnlyTheTail) {
  const Distribution lognormal{.shape = Shape::lognormal, .a = 2ms, .b = 20ms, .max = 15ms};
  EXPECT_EQ(quantile(lognormal, 0.99), 15e6);
  EXPECT_NEAR(quantile(lognormal, 0.5), 2e6, 2e6 * 0.001);
}

TEST(Distribution, DoesNotOverflow) {
  const Duration year = 8766h;
  EXPECT_EQ(drawn({.shape = Shape::exponential, .a = 100 * year}, last - 1), Duration::max());
  EXPECT_EQ(drawn({.shape = Shape::lognormal, .a = year, .b = 290 * year}, last), Duration::max());
  EXPECT_EQ(drawn({.shape = Shape::exponential, .a = 1ns}, 1), 0ns);
}

/// What every toolchain must agree on, to the bit.
std::uint64_t hash_of(const Distribution& distribution) {
  Stubborn strategy(0);
  Decisions decisions(strategy);
  static_cast<void>(draw(distribution, decisions, ""));
  std::uint64_t hash = 0;
  for (std::uint64_t answer = 0; answer < strategy.bound; ++answer) {
    hash = keyed_hash(hash, std::to_string(drawn(distribution, answer).count()));
  }
  return hash;
}

TEST(Distribution, IsTheSameWithEveryCompiler) {
  EXPECT_EQ(hash_of({.shape = Shape::exponential, .a = 12345678ns}), 2067232979957348628U);
  EXPECT_EQ(hash_of({.shape = Shape::lognormal, .a = 2345678ns, .b = 98765432ns}),
            12733849067606157862U);
}

TEST(Quantile, KnowsLogarithmsAndPowers) {
  const double one = std::exp2(32);
  for (const std::uint64_t n : {1ULL, 2ULL, 10ULL, 1000000007ULL, 1ULL << 62, ~0ULL}) {
    EXPECT_NEAR(static_cast<double>(logarithm(n)) / one, std::log(static_cast<double>(n)), 1e-9)
        << n;
  }
  for (const double x : {-20.0, -1.5, -0.001, 0.0, 0.5, 3.0, 20.0}) {
    const double exact = 1e9 * std::exp(x);
    EXPECT_NEAR(static_cast<double>(times_exp(1000000000, static_cast<Fixed>(x * one))), exact,
                exact * 1e-8 + 1)
        << x;
  }
}

TEST(Quantile, TurnsChancesIntoNormalQuantiles) {
  for (std::uint64_t i = 1; i < 65536; i += 7) {
    const double p = static_cast<double>(i) / 65536;
    const double z = static_cast<double>(normal_quantile(i, 65536)) / std::exp2(32);
    const double chance = std::erfc(-z / std::sqrt(2.0)) / 2;
    EXPECT_NEAR(chance, p, std::min(p, 1 - p) * 1e-5) << i;
  }
}

TEST(Distribution, PutsItsAnswersInTheOrderOfWhatTheyComeTo) {
  for (const Distribution& distribution :
       {Distribution{.shape = Shape::uniform, .a = 1ms, .b = 2ms},
        Distribution{.shape = Shape::exponential, .a = 10ms},
        Distribution{.shape = Shape::lognormal, .a = 10ms, .b = 90ms, .max = 50ms}}) {
    Duration longest = {};
    for (std::uint64_t place = 0; place < 65'535; ++place) {
      const std::uint64_t answer = answer_in(distribution, place);
      ASSERT_EQ(place_of(distribution, answer), place);
      ASSERT_GE(duration_of(distribution, answer), longest);
      longest = duration_of(distribution, answer);
    }
  }
}

}  // namespace
}  // namespace castaway::sim
