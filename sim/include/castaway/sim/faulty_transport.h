#pragma once
// FaultyWorld: injects faults between the library and any real transport, and records the history.
// Use it to run a fault plan against a real broker.
//
//     ThreadRuntime real;
//     RabbitTransport rabbit(real, {});
//     FaultyWorld world(real, rabbit, {.faults = {...}, .prefix = "test-1."});
//     const auto runtime = world.runtime_of("c1");
//     const auto transport = world.transport_of("c1");
//     RPCTransport messaging(*runtime, *transport, {.name = "c1"}, &world.observer_of("c1"));
//
// The seed decides what happens, not when. Rules act where the library's connections end: on the
// publish hop before the transport gets the message, on the deliver hop when the message has
// reached its consumer. A real broker does not say when it accepts a message, so an `accept` is
// recorded once it is known: from the confirm, or from a delivery where no confirm can come. It
// never says when an ack arrives, so there are no `settle` events. All exchanges and queues get a
// prefix, and are deleted in the end.

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

/// Why this rule cannot be carried out over such a transport; empty if it can.
[[nodiscard]] std::string why_unsupported(const Rule& rule, const Capabilities& capabilities);

struct FaultySettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  TimePoint quiet = never;  ///< from then on no rule fires, and what is broken works again
  Duration recovery = 10s;  ///< for the history
  std::string prefix = {};  ///< of exchanges and queues; the library does not see it
};

/// What was seen of a run.
struct FaultyRecord {
  check::History history = {};
  std::vector<Deviation> deviations = {};
  std::vector<std::uint64_t> fired = {};    ///< how often each rule fired, in the plan's order
  std::vector<std::uint64_t> matched = {};  ///< how often each rule could have fired
  std::uint64_t in_doubt = 0;               ///< publications that may or may not have been accepted
};

class FaultyWorld final {
 public:
  /// `runtime` must be one of real threads. It and `transport` must outlive the world.
  /// Throws: std::invalid_argument for a rule that why_unsupported() rejects.
  FaultyWorld(Runtime& runtime, Transport& transport, FaultySettings settings);
  /// Deletes what is left of its queues and exchanges.
  /// Requires: everything that runtime_of() and transport_of() returned is gone.
  /// Waits: for the broker, at most 5 s.
  ~FaultyWorld();
  FaultyWorld(const FaultyWorld&) = delete;
  FaultyWorld& operator=(const FaultyWorld&) = delete;

  /// For the tasks of a process; their names begin with its name.
  [[nodiscard]] std::unique_ptr<Runtime> runtime_of(const std::string& process);
  [[nodiscard]] std::unique_ptr<Transport> transport_of(const std::string& process);
  /// Lives as long as the world.
  [[nodiscard]] Observer& observer_of(const std::string& process);

  /// The time since the world began, as its history counts it.
  [[nodiscard]] TimePoint now() const;
  /// Names the next operation of the running task `op`.
  void name_next(const std::string& op);
  /// Records something about a process, as in "serving".
  void tell(const std::string& process, check::Detail what);
  /// Calls `then` once, on a task of the world's own, when an event of the history matches; one
  /// that has already happened counts.
  void when(const EventPattern& pattern, std::function<void()> then);
  /// As in Recorder.
  /// Waits: for the world's answer, as do all functions below.
  [[nodiscard]] std::string unique_id_of(const std::string& op);
  [[nodiscard]] std::string msg_id_of(const std::string& op);
  /// The queue that gets the replies of a client; empty before its first call.
  [[nodiscard]] std::string reply_queue_of(const std::string& client);
  /// Hands a message made by hand to the broker, over a connection of its own.
  void inject(Injection made, Publication publication);

  /// Whether nothing has happened for `for_`, and nothing that is held back is due before
  /// `horizon`.
  [[nodiscard]] bool is_calm(Duration for_, TimePoint horizon);
  /// Ends the recording and all faults: nothing stays cut or held back.
  [[nodiscard]] FaultyRecord finish();

  /// Its inner parts; not for users.
  class State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
