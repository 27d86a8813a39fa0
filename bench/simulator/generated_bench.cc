// Generated runs a second: a scenario is drawn from a seed, faults and all, run once, and judged by
// what it expects. `castaway explore` does this all day.

#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

void generated(benchmark::State& state, scenario::SubjectProfile profile) {
  Seeds seeds;
  Tally tally;
  for (auto _ : state) {
    const std::uint64_t seed = seeds.next();
    const scenario::Scenario drawn = scenario::generate(seed);
    const scenario::Outcome outcome = scenario::run(drawn, profile, seed);
    std::vector<check::Verdict> verdicts;
    for (scenario::Finding& finding : scenario::judge(drawn, outcome))
      verdicts.push_back(std::move(finding.verdict));
    tally.add(outcome, verdicts);
  }
  tally.report(state);
}

BENCHMARK_CAPTURE(generated, strict, scenario::SubjectProfile::strict)->MeasureProcessCPUTime();
/// It breaks laws where it is known to.
BENCHMARK_CAPTURE(generated, classic, scenario::SubjectProfile::classic)->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
