// Events a second, on one core. A history event is something that happened and that laws can judge;
// a scheduler event is a callback that virtual time came to: a hop of a frame, a task that goes on,
// a timer.

#include <functional>

#include <benchmark/benchmark.h>

#include "castaway/scenario/run.h"
#include "castaway/sim/scheduler.h"

#include "workload.h"

namespace castaway::bench {
namespace {

/// A long run of the real library: two thousand calls, recorded and hashed, and judged by nobody.
void events(benchmark::State& state, scenario::SubjectProfile profile) {
  const scenario::Scenario calls = four_clients_call(500, false);
  Seeds seeds;
  Tally tally;
  for (auto _ : state) tally.add(scenario::run(calls, profile, seeds.next()));
  tally.report(state);
}

BENCHMARK_CAPTURE(events, strict, scenario::SubjectProfile::strict)->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(events, classic, scenario::SubjectProfile::classic)->MeasureProcessCPUTime();

/// The scheduler alone: a thousand chains in which each event sets up the next, up to three
/// milliseconds ahead. Every other one takes back a deadline and sets a new one, as calls do.
void scheduler(benchmark::State& state) {
  constexpr int chains = 1000;
  constexpr std::uint64_t count = 100'000;
  std::uint64_t ran = 0;
  for (auto _ : state) {
    sim::Scheduler scheduler;
    sim::Scheduler::EventId deadline =
        scheduler.at(TimePoint(1h), sim::EventClass::deadline, 0, [] {});
    std::function<void(int)> next = [&](int chain) {
      if (++ran % 2 == 0) {
        scheduler.cancel(deadline);
        deadline = scheduler.at(scheduler.now() + 60s, sim::EventClass::deadline, 0, [] {});
      }
      const Duration ahead = 100us * (1 + (chain * 37 + static_cast<int>(ran)) % 30);
      scheduler.at(scheduler.now() + ahead, sim::EventClass::message, 0,
                   [&next, chain] { next(chain); });
    };
    for (int chain = 0; chain < chains; ++chain) next(chain);
    while (scheduler.count() < count && scheduler.step()) {
    }
    benchmark::DoNotOptimize(scheduler.now());
  }
  state.counters["scheduler_events"] = count;
  state.counters["ran"] =
      benchmark::Counter(static_cast<double>(ran), benchmark::Counter::kAvgIterations);
  state.counters["scheduler_events/s"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(scheduler)->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
