#pragma once
// LiveBroker: runs the simulated broker and its network in real time, for the library on real
// threads. Use it to find data races, and for load.
//
//     ThreadRuntime runtime;
//     LiveBroker broker(runtime, {.faults = {...}});
//     LiveTransport transport(broker, "nova-1");
//     RPCTransport messaging(runtime, transport);
//
// It has one task of its own, which runs the model of a simulation in real time, faults included.
// The seed decides what happens, not when, so no two runs are the same.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/sim/network.h"
#include "castaway/sim/sim_transport.h"
#include "castaway/transport.h"

namespace castaway::sim {

struct LiveSettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  NetworkSettings network = {.latency = {.a = 20us}};
  /// Where its history is written as JSON lines, event by event; nowhere if null. Must outlive it.
  std::ostream* history = nullptr;
  /// How many of the latest events it keeps, and at most twice as many. An operation is forgotten
  /// with the last of its events and messages.
  std::size_t kept_events = 16'384;
};

class LiveBroker final {
 public:
  /// Throws: std::invalid_argument for rules about processes and clocks, which are real here.
  LiveBroker(Runtime& runtime, LiveSettings settings = {});
  /// Requires: all connections are gone.
  ~LiveBroker();
  LiveBroker(const LiveBroker&) = delete;
  LiveBroker& operator=(const LiveBroker&) = delete;

  /// How often each rule fired, in the plan's order.
  /// Waits: for the broker's answer.
  [[nodiscard]] std::vector<std::uint64_t> fired();

 private:
  friend class LiveTransport;
  class State;
  std::unique_ptr<State> state_;
};

/// The transport of one process to a LiveBroker. Safe to use from many threads.
class LiveTransport final : public Transport {
 public:
  /// Rules know the process by the name `process`.
  LiveTransport(LiveBroker& broker, std::string process);
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override { return simulated_capabilities(); }

 private:
  LiveBroker& broker_;
  const std::string process_;
};

}  // namespace castaway::sim
