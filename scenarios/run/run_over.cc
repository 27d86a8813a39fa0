// One run of a scenario in real time, over a real transport.

#include <algorithm>
#include <optional>
#include <utility>

#include "castaway/scenario/across.h"
#include "castaway/sim/faulty_transport.h"

#include "label.h"
#include "real_time_environment.h"

namespace castaway::scenario {
namespace {

/// How a run ended.
check::Ending watch(RealTimeEnvironment& environment, sim::FaultyWorld& world, Runtime& runtime,
                    Duration duration, const AcrossOptions& options) {
  // What takes twice as long as in a simulation hangs.
  const TimePoint limit(std::max(2 * duration, duration + 10s));
  for (;;) {
    runtime.sleep_until(runtime.now() + 20ms);
    if (options.cut && options.cut()) return check::Ending::cut;
    if (world.now() > limit) return check::Ending::limit;
    const bool is_over = world.now() >= TimePoint(duration) && environment.is_idle();
    if (is_over && world.is_calm(options.calm, limit)) return check::Ending::quiescent;
  }
}

}  // namespace

Outcome run_over(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
                 Duration duration, Runtime& runtime, Transport& transport,
                 const AcrossOptions& options) {
  const std::string prefix =
      options.prefix + std::to_string(runtime.random_bits("a run over a transport")) + ".";
  sim::FaultyWorld world(runtime, transport,
                         {.seed = seed,
                          .faults = scenario.faults,
                          .quiet = scenario.clock.quiet ? TimePoint(*scenario.clock.quiet) : never,
                          .recovery = scenario.clock.recovery,
                          .prefix = prefix});
  RealTimeEnvironment environment(scenario, profile, runtime, world, options);
  environment.begin();
  const check::Ending ending = watch(environment, world, runtime, duration, options);
  const Duration took = world.now().time_since_epoch();
  sim::FaultyRecord record = world.finish();
  Outcome outcome{.history = std::move(record.history),
                  .deviations = std::move(record.deviations),
                  .fired = std::move(record.fired),
                  .matched = std::move(record.matched),
                  .virtual_time = took,
                  .in_doubt = record.in_doubt};
  outcome.events = outcome.history.events().size();
  outcome.history.ending = ending;
  label(outcome.history, scenario, profile);
  outcome.history.slack += options.slack;
  return outcome;
}

}  // namespace castaway::scenario
