// Scenarios a second. One is a new world, twenty calls in it, and all laws on its history.

#include <benchmark/benchmark.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

void scenarios(benchmark::State& state, scenario::Profile profile, bool faults) {
  const scenario::Scenario twenty = twenty_calls(faults);
  Seeds seeds;
  Tally tally;
  for (auto _ : state) {
    const scenario::Outcome outcome = scenario::run(twenty, profile, seeds.next());
    tally.add(outcome, check::judge_all(outcome.history));
  }
  tally.report(state);
}

BENCHMARK_CAPTURE(scenarios, strict, scenario::Profile::strict, false)->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, classic, scenario::Profile::classic, false)->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, strict_faults, scenario::Profile::strict, true)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, classic_faults, scenario::Profile::classic, true)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
