#pragma once
// Across: runs scenarios in real time over a real transport, and judges them by the same laws as in
// a simulation. Use it to see which promises hold over a real broker.
//
// What cannot be done or seen there is reported with the reason, and never counts as kept: a rule
// that kills a process, a promise that the transport does not make, a law about something that a
// real broker does not reveal.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/scenario/run.h"
#include "castaway/scenario/scenario.h"
#include "castaway/topology.h"
#include "castaway/transport.h"

namespace castaway::scenario {

struct AcrossOptions {
  std::string transport = "transport";  ///< its name in reasons: "nats"
  Duration patience = 20s;              ///< a scenario that takes longer in a simulation is not run
  Duration slack = 300ms;  ///< how late everything may be: real machines have other work, too
  Duration calm = 400ms;   ///< a run is over once nothing has happened for this long
  std::uint64_t runs = 0;  ///< of each scenario; its own number, but 3 at most, if 0
  std::string prefix = "castaway.";  ///< of all exchanges and queues; another for each program
  QueueOptions queues = {};
  Cut cut = {};
};

/// Why this scenario is not run over this transport; empty if it is. `duration` is how long it
/// takes in a simulation.
[[nodiscard]] std::string why_not_over(const Scenario& scenario, const Capabilities& capabilities,
                                       Duration duration, const AcrossOptions& options);

/// Why no run over a real transport can show whether this holds; empty if one can.
[[nodiscard]] std::string why_not_seen(const Property& property);

/// How long the scenario takes in a simulation, until nothing more happens.
[[nodiscard]] Duration simulated_duration(const Scenario& scenario, SubjectProfile profile);

/// One run over a transport, for `duration` at least.
/// Waits: until it is over; at most about twice its duration and 10 s.
/// Throws: std::invalid_argument for a scenario that why_not_over() rejects.
[[nodiscard]] Outcome run_over(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
                               Duration duration, Runtime& runtime, Transport& transport,
                               const AcrossOptions& options);

/// The result of a scenario over a transport.
struct Crossing {
  enum class Result : std::uint8_t {
    pass,
    fail,
    expected_fail,   ///< what this profile is known to break broke, and nothing else
    not_shown,       ///< a fault that had to fire did not, or a law judged nothing
    not_applicable,  ///< not run, or nothing of it could be seen
    interrupted,
  } result = Result::pass;
  /// Each is one reason: why it was not run, what was not judged, what else there is to know.
  std::vector<std::string> reasons = {};
  Report report = {};
};
[[nodiscard]] std::string_view to_string(Crossing::Result result);

/// Makes and judges all runs of a scenario.
/// Waits: until they are over.
[[nodiscard]] Crossing cross(const Scenario& scenario, SubjectProfile profile, Runtime& runtime,
                             Transport& transport, const AcrossOptions& options);

}  // namespace castaway::scenario
