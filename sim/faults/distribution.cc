#include <algorithm>
#include <ranges>
#include <vector>

#include "castaway/sim/fault_plan.h"

#include "quantile.h"

namespace castaway::sim {
namespace {

/// The last two shapes are cut into so many equally likely parts; an answer names one, and its
/// middle is drawn. Odd, so that one of the middles is the median.
constexpr std::uint64_t parts = 65'535;

/// Counts from the median outwards, shorter and longer by turns: the smaller an answer, the more
/// usual the duration.
std::uint64_t part_of(std::uint64_t answer) {
  const std::uint64_t distance = (answer + 1) / 2;
  return answer % 2 == 1 ? parts / 2 - distance : parts / 2 + distance;
}

std::int64_t exponential(std::int64_t mean, std::uint64_t part) {
  const std::uint64_t chance_of_longer = 2 * parts - (2 * part + 1);
  return times(mean, logarithm(2 * parts) - logarithm(chance_of_longer));
}

std::int64_t lognormal(std::int64_t median, std::int64_t p99, std::uint64_t part) {
  static const Fixed normal_p99 = normal_quantile(99, 100);
  const Fixed spread =
      logarithm(static_cast<std::uint64_t>(p99)) - logarithm(static_cast<std::uint64_t>(median));
  return times_exp(median,
                   divided(times(normal_quantile(2 * part + 1, 2 * parts), spread), normal_p99));
}

/// The answer that names a part.
std::uint64_t answer_for(std::uint64_t part) {
  return part < parts / 2 ? 2 * (parts / 2 - part) - 1 : 2 * (part - parts / 2);
}

Duration in_part(const Distribution& distribution, std::uint64_t part) {
  const auto& [shape, a, b, max] = distribution;
  const Duration drawn(shape == Distribution::Shape::exponential
                           ? exponential(a.count(), part)
                           : lognormal(a.count(), std::max(a, b).count(), part));
  return max > Duration::zero() ? std::min(drawn, max) : drawn;
}

/// Answers that come close to the moment at which something is due, before it and after it.
std::vector<std::uint64_t> near(const Distribution& distribution, std::uint64_t bound,
                                const std::vector<Duration>& moments) {
  std::vector<std::uint64_t> answers;
  for (const Duration moment : moments) {
    if (distribution.shape == Distribution::Shape::uniform) {
      for (const Duration by : {moment - 1ns, moment, moment + 1ns}) {
        if (by >= distribution.a && by <= distribution.b)
          answers.push_back(static_cast<std::uint64_t>((by - distribution.a).count()));
      }
      continue;
    }
    const auto all = std::views::iota(std::uint64_t{0}, parts);
    const auto after = std::ranges::lower_bound(
        all, moment, {}, [&](std::uint64_t part) { return in_part(distribution, part); });
    if (after == all.begin() || after == all.end()) continue;
    answers.push_back(answer_for(*after));
    answers.push_back(answer_for(*after - 1));
  }
  if (!moments.empty()) answers.insert(answers.end(), {0, bound - 1});
  return answers;
}

/// Every answer is as likely as any other, 0 included.
std::uint64_t even(const Distribution& distribution, Decisions& decisions, std::string_view name,
                   std::uint64_t bound) {
  const std::vector<std::uint64_t> candidates = near(distribution, bound, decisions.moments());
  return decisions.decide({.name = name,
                           .bound = bound,
                           .deviate = {bound - 1, bound},
                           .candidates = candidates,
                           .about = Choice::delay,
                           .by = &distribution});
}

}  // namespace

Duration draw(const Distribution& distribution, Decisions& decisions, std::string_view name) {
  const auto& [shape, a, b, max] = distribution;
  if (shape == Distribution::Shape::constant) return a;
  if (shape == Distribution::Shape::uniform) {
    if (b <= a) return a;
    const std::uint64_t bound = static_cast<std::uint64_t>((b - a).count()) + 1;
    return duration_of(distribution, even(distribution, decisions, name, bound));
  }
  if (a <= Duration::zero()) return a;
  return duration_of(distribution, even(distribution, decisions, name, parts));
}

Duration duration_of(const Distribution& distribution, std::uint64_t answer) {
  const bool is_even = distribution.shape == Distribution::Shape::uniform;
  return is_even ? distribution.a + Duration(static_cast<Duration::rep>(answer))
                 : in_part(distribution, part_of(answer));
}

std::uint64_t answer_in(const Distribution& distribution, std::uint64_t place) {
  return distribution.shape == Distribution::Shape::uniform ? place : answer_for(place);
}

std::uint64_t place_of(const Distribution& distribution, std::uint64_t answer) {
  return distribution.shape == Distribution::Shape::uniform ? answer : part_of(answer);
}

}  // namespace castaway::sim
