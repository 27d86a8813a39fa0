// What judging costs: time and memory for histories of ten thousand events to ten million, which
// should grow as the history does and no faster.

#include "castaway/check/laws.h"

#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "grown.h"
#include "heap.h"

namespace castaway::bench {
namespace {

/// Judged by `judge`, which returns verdicts.
template <class Judge>
void measure(benchmark::State& state, const Grown& of, Judge judge) {
  std::int64_t above = 0;
  {
    const HeapWatch watch;
    benchmark::DoNotOptimize(judge(of.history));
    above = watch.peak();
  }
  std::size_t judged = 0;
  std::size_t violations = 0;
  for (auto _ : state) {
    for (const check::Verdict& verdict : judge(of.history)) {
      judged += verdict.judged;
      violations += verdict.violations.size();
    }
  }

  using benchmark::Counter;
  const auto events = static_cast<double>(of.history.events().size());
  state.SetComplexityN(static_cast<benchmark::IterationCount>(events));
  state.counters["events"] = events;
  state.counters["judged"] = Counter(static_cast<double>(judged), Counter::kAvgIterations);
  state.counters["violations"] = static_cast<double>(violations);
  state.counters["history_bytes"] = static_cast<double>(of.bytes);
  state.counters["judging_bytes"] = static_cast<double>(above);
  state.counters["resident_peak"] = static_cast<double>(resident_peak());
  state.counters["s/event"] =
      Counter(events, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

/// By all laws that hold in every run, one after the other.
void laws(benchmark::State& state) {
  measure(state, grown(static_cast<std::size_t>(state.range(0))), check::judge_all);
}
BENCHMARK(laws)
    ->RangeMultiplier(10)
    ->Range(10'000, 10'000'000)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

/// By one law.
void law(benchmark::State& state, const check::Law& law) {
  measure(state, grown(static_cast<std::size_t>(state.range(0))),
          [&law](const check::History& history) { return std::array{law.judge(history)}; });
}

[[maybe_unused]] const bool registered = [] {
  for (const check::Law& each : check::laws()) {
    // The other laws may be broken in any run, and say nothing of this one.
    if (each.goal || each.duty) continue;
    benchmark::RegisterBenchmark(("law/" + std::string(each.name)).c_str(), law, each)
        ->Arg(100'000)
        ->MeasureProcessCPUTime();
  }
  return true;
}();

}  // namespace
}  // namespace castaway::bench
