#include "run_across.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "castaway/thread_runtime.h"

#include "cli/signals.h"
#include "cli/text.h"

namespace castaway::ci {

ExitCode run_across(const std::vector<Item>& items, const std::vector<std::string>& urls,
                    CrossingSettings settings, const std::string& results,
                    const InputProblems& problems, Console& console) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<RealBroker> brokers = real_brokers(urls);
  for (const RealBroker& broker : brokers) {
    ThreadRuntime runtime;
    const std::string why = broker.why_unreachable(runtime);
    if (why.empty()) continue;
    console.complain(fmt::format("castaway: {} cannot be reached: {}", broker.url(), why));
    return ExitCode::unreachable;
  }
  std::optional<OutputFile> file;
  if (!results.empty()) file.emplace(results);
  watch_for_interrupts();
  settings.across.cut = interrupted;
  const std::vector<CrossingRow> rows = cross_all(items, brokers, settings, console);
  console.say(crossing_table(rows, brokers));
  ExitCode code = worse(exit_code(rows), problems.code());
  if (file) code = worse(code, written(console, [&] { write_crossings(*file, rows, brokers); }));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (problems.any()) console.say('\n' + wrap("", problems.in_short()));
  console.say(fmt::format("\n{} over {}, in {:.1f} s   exit {}\n", count(rows.size(), "result"),
                          count(brokers.size() + 1, "transport"), took.count(),
                          static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
