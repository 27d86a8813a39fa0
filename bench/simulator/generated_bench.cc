// Generated runs a second: a scenario is drawn from a seed, faults and all, run once, and judged by
// what it expects. `castaway explore` does this all day. They differ much, so every measurement is
// of the same scenarios, all of them.

#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

void generated(benchmark::State& state, scenario::SubjectProfile profile) {
  constexpr std::uint64_t runs = 64;
  Tally tally;
  for (auto _ : state) {
    for (std::uint64_t seed = 1; seed <= runs; ++seed) {
      const scenario::Scenario drawn = scenario::generate(seed);
      const scenario::Outcome outcome = scenario::run(drawn, profile, seed);
      std::vector<check::Verdict> verdicts;
      for (scenario::Finding& finding : scenario::judge(drawn, outcome))
        verdicts.push_back(std::move(finding.verdict));
      tally.add(outcome, verdicts);
    }
  }
  state.counters["runs"] = runs;
  tally.report(state);
}

BENCHMARK_CAPTURE(generated, strict, scenario::SubjectProfile::strict)->MeasureProcessCPUTime();
/// It breaks laws where it is known to.
BENCHMARK_CAPTURE(generated, classic, scenario::SubjectProfile::classic)->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
