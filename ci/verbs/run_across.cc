// run --transport: scenarios over real transports, beside the simulation.

#include <chrono>

#include <fmt/format.h>

#include "castaway/thread_runtime.h"

#include "campaign/selection.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "real_brokers/crossings.h"
#include "verbs.h"

namespace castaway::ci {

ExitCode run_across(const RunCommand& command, const std::vector<Item>& items, Console& console) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<RealBroker> brokers = real_brokers(command.transports);
  for (const RealBroker& broker : brokers) {
    ThreadRuntime runtime;
    const std::string why = broker.why_unreachable(runtime);
    if (why.empty()) continue;
    console.complain(fmt::format("castaway: {} cannot be reached: {}", broker.url(), why));
    return ExitCode::failed;
  }
  watch_for_interrupts();
  const CrossingSettings settings{
      .simulated = {.run = {.seed = command.seed.value_or(0),
                            .has_seed = command.seed.has_value(),
                            .runs = command.runs}},
      .across = {.patience = command.patience, .runs = command.runs, .stop = &interrupted()},
      .jobs = command.jobs};
  const std::vector<CrossingRow> rows = cross_all(items, brokers, settings, console);
  console.say(crossing_table(rows, brokers));
  if (!command.results.empty()) write_crossings(command.results, rows, brokers);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const ExitCode code = exit_code(rows);
  console.say(fmt::format("\n{} over {}, in {:.1f} s   exit {}\n", count(rows.size(), "result"),
                          count(brokers.size() + 1, "transport"), took.count(),
                          static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
