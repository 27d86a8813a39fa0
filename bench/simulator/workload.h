#pragma once
// Workload: what the simulator is given to do: the scenarios of this folder, each a file that
// `ci/castaway run` runs as well.

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "castaway/check/verdict.h"
#include "castaway/scenario/run.h"
#include "castaway/scenario/scenario.h"

namespace castaway::bench {

/// twenty_calls.json, or twenty_calls_with_faults.json.
[[nodiscard]] scenario::Scenario twenty_calls(bool faults);
/// four_clients_call.json, each client `calls` times. Its faults are those of twenty_calls.
[[nodiscard]] scenario::Scenario four_clients_call(std::uint32_t calls, bool faults);
/// a_finding_to_shrink.json.
[[nodiscard]] scenario::Scenario a_finding_to_shrink();

/// Seeds differ from run to run, and are the same in every process: 1 to 64, again and again.
class Seeds {
 public:
  [[nodiscard]] std::uint64_t next() { return 1 + drawn_++ % 64; }

 private:
  std::uint64_t drawn_ = 0;
};

/// What was done in all runs together. As counters they are averages of one iteration; those that
/// end in
/// "/s" are per second of CPU time.
class Tally {
 public:
  /// A run, and what was said of it.
  void add(const scenario::Outcome& outcome, const std::vector<check::Verdict>& verdicts = {});
  void report(benchmark::State& state) const;

 private:
  std::uint64_t calls_ = 0;
  std::uint64_t completions_ = 0;
  std::uint64_t fired_ = 0;
  std::uint64_t judged_ = 0;  ///< operations: whether they completed
  std::uint64_t violations_ = 0;
  std::uint64_t history_events_ = 0;
  std::uint64_t scheduler_events_ = 0;
  Duration virtual_time_ = {};
};

}  // namespace castaway::bench
