// Many generated runs, faults on: 20 000 in four parts, and half of them twice. CASTAWAY_RUNS says
// how many there are altogether.

#include <chrono>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr std::uint64_t parts = 4;
constexpr int all_runs = 20'000;
/// Kinds of rules that the generator knows. With so few runs a part may miss one.
constexpr std::size_t all_kinds = 68;  // but those of heartbeats, which few calls last for
constexpr std::uint64_t enough_for_all_kinds = 1000;

class Bulk : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Part, Bulk, testing::Range<std::uint64_t>(1, parts + 1));

/// What is wrong with a run, by any law; empty if nothing is.
std::string wrong_with(const check::History& history) {
  std::string wrong;
  for (const check::Verdict& verdict : check::judge_all(history)) {
    if (verdict.violated()) wrong += to_string(verdict, history);
  }
  return wrong;
}

TEST_P(Bulk, StrictKeepsEveryLawAndARunRepeats) {
  const Settings settings = property::settings();
  const auto all = static_cast<std::uint64_t>(settings.runs.value_or(all_runs));
  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t n = GetParam(); n <= all; n += parts) {
    const std::uint64_t seed = scenario::seed_of_run(settings.seed, n);
    const scenario::Scenario generated = scenario::generate(seed);
    const scenario::Outcome outcome =
        scenario::run(generated, scenario::SubjectProfile::strict, seed);
    const Case current = {.scenario = generated, .seed = seed, .outcome = outcome};
    const std::string name = fmt::format("bulk-{}", GetParam());
    if (const std::string wrong = wrong_with(outcome.history); !wrong.empty()) {
      FAIL() << counterexample(name, current, wrong);
    }
    if (n % (2 * parts) < parts) {
      const scenario::Outcome again =
          scenario::run(generated, scenario::SubjectProfile::strict, seed);
      const bool same =
          again.history.hash() == outcome.history.hash() && again.deviations == outcome.deviations;
      if (!same) FAIL() << counterexample(name, current, "Run again, it is another run.");
    }
    tally.take(generated, outcome);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  EXPECT_GE(tally.distinct() * 2, tally.runs()) << "the campaign repeats itself";
  std::size_t fired = 0, of_heartbeats = 0;
  for (const auto& [name, kind] : tally.kinds())
    (name.starts_with("heartbeat") ? of_heartbeats : fired) += kind.fired > 0 ? 1 : 0;
  if (tally.runs() >= enough_for_all_kinds) {
    EXPECT_EQ(fired, all_kinds);
    EXPECT_GE(of_heartbeats, 2U);
  }
  std::cout << to_string(tally)
            << fmt::format("{} events/s, first runs alone\n",
                           1000 * tally.events() / std::max<std::uint64_t>(1, took.count()));
}

}  // namespace
}  // namespace castaway::property
