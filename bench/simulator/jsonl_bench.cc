// Histories as JSON lines: what `castaway check` reads before it judges, and what others write for
// it.

#include <sstream>

#include <benchmark/benchmark.h>

#include "castaway/check/history.h"

#include "grown.h"

namespace castaway::bench {
namespace {

void report(benchmark::State& state, std::size_t events, std::size_t bytes) {
  using benchmark::Counter;
  state.counters["events"] = static_cast<double>(events);
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["events/s"] =
      Counter(static_cast<double>(events), Counter::kIsIterationInvariantRate);
}

void write(benchmark::State& state) {
  const check::History& history = grown(static_cast<std::size_t>(state.range(0))).history;
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::ostringstream out;
    check::write_jsonl(out, history);
    bytes = out.view().size();
  }
  report(state, history.events().size(), bytes);
}
BENCHMARK(write)->Name("jsonl/write")->Arg(100'000)->MeasureProcessCPUTime();

void read(benchmark::State& state) {
  const check::History& history = grown(static_cast<std::size_t>(state.range(0))).history;
  std::ostringstream out;
  check::write_jsonl(out, history);
  const std::string text = std::move(out).str();
  std::size_t events = 0;
  for (auto _ : state) {
    std::istringstream in(text);
    const check::History again = check::read_jsonl(in, "grown.jsonl");
    if (again.hash() != history.hash()) {
      state.SkipWithError("what was read is not what was written");
      return;
    }
    events = again.events().size();
  }
  report(state, events, text.size());
}
BENCHMARK(read)->Name("jsonl/read")->Arg(100'000)->MeasureProcessCPUTime();

}  // namespace
}  // namespace castaway::bench
