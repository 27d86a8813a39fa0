// What judging costs: time and memory for histories of ten thousand events to ten million, which
// should grow as the history does and no faster.
//
// A history is one long run of a simulation, so its ids are all different, its answers its own.

#include "castaway/check/laws.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "castaway/scenario/run.h"

#include "memory.h"
#include "workload.h"

namespace castaway::bench {
namespace {

/// The history of a run, and what it costs to have it.
struct Grown {
  std::size_t asked = 0;
  std::uint32_t calls = 0;  ///< of each of the four clients
  check::History history = {};
  std::uint64_t bytes = 0;  ///< that it holds
  std::uint64_t peak = 0;   ///< of the process, while the simulation ran
};

/// So many calls of each client give about so many events.
std::uint32_t calls_for(std::size_t events) {
  constexpr std::uint32_t few = 500;
  const scenario::Outcome sample =
      scenario::run(four_clients_call(few, true), scenario::Profile::strict, 1);
  return static_cast<std::uint32_t>(events * few / sample.history.events().size() + 1);
}

/// A history of about so many events. Only the latest is kept.
const Grown& grown(std::size_t events) {
  static std::optional<Grown> latest;
  if (latest && latest->asked == events) return *latest;
  latest.reset();
  Grown made{.asked = events, .calls = calls_for(events)};
  const std::uint64_t before = resident_memory();
  reset_peak_memory();
  {
    scenario::Outcome outcome =
        scenario::run(four_clients_call(made.calls, true), scenario::Profile::strict, 1);
    made.peak = peak_memory();
    made.history = std::move(outcome.history);
  }
  made.bytes = resident_memory() - before;
  return latest.emplace(std::move(made));
}

/// Judged by `judge`, which returns verdicts.
template <class Judge>
void measure(benchmark::State& state, const Grown& of, Judge judge) {
  const auto events = static_cast<double>(of.history.events().size());
  const std::uint64_t before = resident_memory();
  reset_peak_memory();
  std::size_t judged = 0;
  std::size_t violations = 0;
  for (auto _ : state) {
    for (const check::Verdict& verdict : judge(of.history)) {
      judged += verdict.judged;
      violations += verdict.violations.size();
    }
  }
  const auto above = static_cast<double>(peak_memory() - before);

  using benchmark::Counter;
  state.SetComplexityN(static_cast<benchmark::IterationCount>(events));
  state.counters["events"] = events;
  state.counters["calls"] = of.calls * 4;
  state.counters["judged"] = Counter(static_cast<double>(judged), Counter::kAvgIterations);
  state.counters["violations"] = static_cast<double>(violations);
  state.counters["history_bytes/event"] = static_cast<double>(of.bytes) / events;
  state.counters["judging_bytes/event"] = above / events;
  state.counters["peak_bytes"] = static_cast<double>(before) + above;
  state.counters["grown_peak_bytes"] = static_cast<double>(of.peak);
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
