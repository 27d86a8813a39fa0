// Evaluations a second of the shrinker: each makes a run of what is left of a finding, and judges
// it.

#include "castaway/scenario/shrink.h"

#include <benchmark/benchmark.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

#include "workload.h"

namespace castaway::bench {
namespace {

/// From a run of classic that was found to execute a call twice, down to a minimal scenario.
void shrink(benchmark::State& state) {
  const scenario::Scenario found = a_finding_to_shrink();
  const scenario::Property once{.what = scenario::LawProp{"at-most-once"}};
  std::uint64_t evaluations = 0;
  std::uint64_t minimal = 0;
  scenario::Size before;
  scenario::Size after;
  for (auto _ : state) {
    const auto shrunk = scenario::shrink(found, scenario::SubjectProfile::classic, once);
    if (!shrunk) {
      state.SkipWithError("classic no longer executes the call twice: there is nothing to shrink");
      return;
    }
    evaluations += shrunk->evaluations;
    minimal += shrunk->minimal ? 1 : 0;
    before = shrunk->before;
    after = shrunk->after;
  }
  using benchmark::Counter;
  state.counters["evaluations"] =
      Counter(static_cast<double>(evaluations), Counter::kAvgIterations);
  state.counters["minimal"] = Counter(static_cast<double>(minimal), Counter::kAvgIterations);
  state.counters["operations_before"] = static_cast<double>(before.operations);
  state.counters["operations_after"] = static_cast<double>(after.operations);
  state.counters["evaluations/s"] = Counter(static_cast<double>(evaluations), Counter::kIsRate);
}
BENCHMARK(shrink)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace castaway::bench
