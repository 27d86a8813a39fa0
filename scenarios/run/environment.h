#pragma once
// Environment: where a scenario is played: a simulation, or real time over a real transport. It has
// what scripts and servers ask of the world besides messages.

#include <cstdint>
#include <string>

#include "castaway/rpc_transport.h"
#include "castaway/runtime.h"
#include "castaway/sim/fault_plan.h"
#include "castaway/sim/recorder.h"
#include "castaway/transport.h"

namespace castaway::scenario {

/// Who plays a script: a client, in a process.
struct Player {
  const std::string& name;
  Runtime& runtime;
  RPCTransport& messaging;
};

class Environment {
 public:
  virtual ~Environment() = default;
  /// Waits: so long.
  virtual void pass_time(Duration for_) = 0;
  /// The next operation that the running task enters is called `op`.
  virtual void name_next(const std::string& op) = 0;
  /// How often the operation `as` of a method was done before.
  [[nodiscard]] virtual std::uint64_t number_of_next(const std::string& as) = 0;
  /// Waits: until an event of the history matches; not at all if one already has.
  virtual void wait_for(const sim::EventPattern& event) = 0;
  /// Waits: until open_gate(name).
  virtual void wait_at_gate(const std::string& name) = 0;
  virtual void open_gate(const std::string& name) = 0;
  /// Waits: until the server serves for the first time.
  virtual void wait_until_serving(const std::string& server) = 0;
  /// stop(), then wait().
  /// Waits: until that is done.
  virtual void stop_server(const std::string& server) = 0;
  /// Waits: until it is ready.
  virtual void start_server(const std::string& server) = 0;
  /// The ids of an operation that has been invoked.
  [[nodiscard]] virtual std::string unique_id_of(const std::string& op) = 0;
  [[nodiscard]] virtual std::string msg_id_of(const std::string& op) = 0;
  /// Empty before the client's first call.
  [[nodiscard]] virtual std::string reply_queue_of(const std::string& client) = 0;
  /// Puts a message made by hand before the broker.
  virtual void inject(const sim::Injection& made, Publication publication) = 0;
};

}  // namespace castaway::scenario
