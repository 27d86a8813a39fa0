#pragma once
// World: what an action that is not about a message can do. A FaultyWorld, whose broker and
// processes are real, is only a World. A Simulation is a SimulatedWorld; so is a LiveBroker, though
// no process lives in it.

#include <cstdint>
#include <string>
#include <vector>

#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"
#include "castaway/time.h"

namespace castaway::sim {

class Network;
struct Disconnect;
enum class QueueRole : std::uint8_t;

class SimulatedWorld;

class World {
 public:
  virtual ~World() = default;
  /// Itself; null if its broker and processes are real.
  [[nodiscard]] virtual SimulatedWorld* simulated() { return nullptr; }
  [[nodiscard]] virtual Recorder& recorder() = 0;
  [[nodiscard]] virtual Scheduler& scheduler() = 0;
  /// Breaks all connections of a process; `cause` becomes the cause of what is recorded of them.
  virtual void disconnect(const Disconnect& how, const std::string& who,
                          check::EventIndex cause) = 0;
  /// The queues with this role from which a process consumes; a client has none for replies before
  /// its first call.
  [[nodiscard]] virtual std::vector<std::string> queues_of(const std::string& process,
                                                           QueueRole role) = 0;
  /// Deletes a queue from outside; `cause` is the event that says so. No-op if there is no such
  /// queue.
  virtual void delete_queue(const std::string& queue, check::EventIndex cause) = 0;
};

/// One life of a process, from its start to its end.
struct Incarnation {
  ProcessId id = 0;                       ///< 0 before the first
  std::vector<std::string> tenants = {};  ///< who lives in it; mostly the process itself
};

class SimulatedWorld : public World {
 public:
  [[nodiscard]] SimulatedWorld* simulated() final { return this; }
  void disconnect(const Disconnect& how, const std::string& who, check::EventIndex cause) final;
  [[nodiscard]] std::vector<std::string> queues_of(const std::string& process,
                                                   QueueRole role) final;
  void delete_queue(const std::string& queue, check::EventIndex cause) final;

  [[nodiscard]] virtual FiberRuntime& runtime() = 0;
  [[nodiscard]] virtual Network& network() = 0;
  /// When something ends that begins now: after `for_`, or when the faults are over.
  [[nodiscard]] virtual TimePoint end_of(Duration for_) const = 0;
  /// The last incarnation of the process, or of a tenant's.
  [[nodiscard]] virtual Incarnation incarnation_of(const std::string& who) const = 0;
  /// Ends it without a word to anybody.
  /// Requires: it is alive.
  virtual void kill(const std::string& who) = 0;
  /// Makes the process anew, without memory.
  virtual void launch(const std::string& who) = 0;
};

}  // namespace castaway::sim
