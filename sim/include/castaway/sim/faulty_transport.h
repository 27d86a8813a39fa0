#pragma once
// FaultyWorld: puts faults, and a witness, between the library and any real transport.
//
//     ThreadRuntime real;
//     RabbitTransport rabbit(real, {});
//     FaultyWorld world(real, rabbit, {.faults = {...}, .prefix = "test-1."});
//     const auto runtime = world.runtime_of("c1");
//     const auto transport = world.transport_of("c1");
//     RPCTransport messaging(*runtime, *transport, {.name = "c1"}, &world.observer_of("c1"));
//
// What happens is decided by the seed; when it happens is not. Rules act where the library's
// connections end: a message on its publish hop before the transport has it, one on its deliver hop
// when it has come to its consumer. A real broker tells nobody when it accepts a message, so an
// `accept` is recorded once it is known: from the confirm, or from a delivery where no confirm can
// come. When an ack arrives is never known: there are no `settle` events. All exchanges and queues
// get a prefix, and are deleted in the end.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/observer.h"
#include "castaway/runtime.h"
#include "castaway/sim/fault_plan.h"
#include "castaway/sim/recorder.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// Why this rule cannot be kept to over such a transport; empty if it can.
[[nodiscard]] std::string why_not_faulty(const Rule& rule, const Capabilities& capabilities);

struct FaultySettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  TimePoint quiet = never;  ///< from then on no rule fires, and what is broken is whole again
  Duration recovery = 10s;  ///< for the history
  std::string prefix = {};  ///< of exchanges and queues; the library does not see it
};

/// What was seen of a run.
struct FaultyRecord {
  check::History history = {};
  std::vector<Deviation> deviations = {};
  std::vector<std::uint64_t> fired = {};  ///< how often each rule fired, in the plan's order
  std::uint64_t in_doubt = 0;  ///< publications of which nobody knows whether they were accepted
};

class FaultyWorld final {
 public:
  /// `runtime` is one of real threads. It and `transport` outlive the world.
  /// Throws: std::invalid_argument for a rule that why_not_faulty() speaks against.
  FaultyWorld(Runtime& runtime, Transport& transport, FaultySettings settings);
  /// Deletes what is left of its queues and exchanges.
  /// Requires: all that runtime_of() and transport_of() gave is gone.
  /// Waits: for the broker, at most 5 s.
  ~FaultyWorld();
  FaultyWorld(const FaultyWorld&) = delete;
  FaultyWorld& operator=(const FaultyWorld&) = delete;

  /// For the tasks of a process, which are named after it.
  [[nodiscard]] std::unique_ptr<Runtime> runtime_of(const std::string& process);
  [[nodiscard]] std::unique_ptr<Transport> transport_of(const std::string& process);
  /// Lives as long as the world.
  [[nodiscard]] Observer& observer_of(const std::string& process);

  /// Since the beginning of the world: the times of its history.
  [[nodiscard]] TimePoint now() const;
  /// The next operation that the running task enters is called `op`.
  void name_next(const std::string& op);
  /// Of a process, for the history: "serving".
  void tell(const std::string& process, const std::string& what);
  /// Calls `then` once, on a task of the world's own, when an event of the history matches; one
  /// that has already happened counts.
  void when(const EventPattern& pattern, std::function<void()> then);
  /// As Recorder has them.
  /// Waits: until the world has said so; so do all below.
  [[nodiscard]] std::string unique_id_of(const std::string& op);
  [[nodiscard]] std::string msg_id_of(const std::string& op);
  /// The queue that gets the replies of a client; empty before its first call.
  [[nodiscard]] std::string reply_queue_of(const std::string& client);
  /// Hands a message made by hand to the broker, over a connection of its own.
  void inject(Injection made, Publication publication);

  /// Whether nothing has been told for so long, and nothing that is held back is due before
  /// `horizon`.
  [[nodiscard]] bool is_calm(Duration for_, TimePoint horizon);
  /// Ends the recording, and all faults: what was cut or held back is so no longer.
  [[nodiscard]] FaultyRecord finish();

  /// Its inner parts; not for users.
  class State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
