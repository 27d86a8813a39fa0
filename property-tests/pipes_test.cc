// The code that is used in production, down to its bytes: generated runs over pipes keep every law
// in profile strict, and repeat. CASTAWAY_RUNS says how many there are.

#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/sim/piped_transport.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr int usual_runs = 1500;
constexpr Duration longest_in_pieces = 20ms;

scenario::Outcome run_over_pipes(const scenario::Scenario& generated, std::uint64_t seed) {
  return scenario::run(generated, scenario::SubjectProfile::strict, seed,
                       {.transport = sim::piped_transport});
}

TEST(Pipes, StrictKeepsEveryLawOverItsOwnBytes) {
  const Settings settings = property::settings();
  const auto all = static_cast<std::uint64_t>(settings.runs.value_or(usual_runs));
  Tally tally;
  std::size_t pieces = 0;
  for (std::uint64_t n = 1; n <= all; ++n) {
    const std::uint64_t seed = scenario::seed_of_run(settings.seed, n);
    const scenario::Scenario generated = scenario::generate(seed);
    const scenario::Outcome outcome = run_over_pipes(generated, seed);
    for (const check::Law& law : check::laws()) {
      if (law.goal || law.duty) continue;
      check::History history = outcome.history;
      // A reply counts as arrived with its last byte in the pipe, and is read some pieces later.
      // A client may know of the end of a connection some pieces before the broker does.
      if (law.name == "reply-heard" || law.name == "no-residue" || law.name == "retries-used")
        history.slack = longest_in_pieces;
      const check::Verdict verdict = law.judge(history);
      ASSERT_FALSE(verdict.violated()) << "seed " << seed << "\n"
                                       << to_string(verdict, outcome.history);
    }
    if (n % 4 == 0) {
      const scenario::Outcome again = run_over_pipes(generated, seed);
      ASSERT_EQ(again.history.hash(), outcome.history.hash()) << "seed " << seed;
      ASSERT_EQ(again.deviations, outcome.deviations) << "seed " << seed;
    }
    for (const sim::Deviation& deviation : outcome.deviations)
      pieces += deviation.at.find("/pipe/") != std::string::npos ? 1 : 0;
    tally.take(generated, outcome);
  }
  EXPECT_GT(pieces, all) << "the bytes come in one piece";
  std::cout << to_string(tally) << fmt::format("{} pieces were cut\n", pieces);
}

}  // namespace
}  // namespace castaway::property
