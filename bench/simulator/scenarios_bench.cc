// Scenarios a second. One is a new world, twenty calls in it, and all laws on its history.

#include <benchmark/benchmark.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

void scenarios(benchmark::State& state, scenario::SubjectProfile profile, bool faults) {
  const scenario::Scenario twenty = twenty_calls(faults);
  Seeds seeds;
  Tally tally;
  for (auto _ : state) {
    const scenario::Outcome outcome = scenario::run(twenty, profile, seeds.next());
    tally.add(outcome, check::judge_all(outcome.history));
  }
  tally.report(state);
}

BENCHMARK_CAPTURE(scenarios, strict, scenario::SubjectProfile::strict, false)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, classic, scenario::SubjectProfile::classic, false)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, strict_faults, scenario::SubjectProfile::strict, true)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(scenarios, classic_faults, scenario::SubjectProfile::classic, true)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
