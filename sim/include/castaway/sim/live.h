#pragma once
// LiveBroker: the simulated broker and its network in real time, for the library on real threads.
//
//     ThreadRuntime runtime;
//     LiveBroker broker(runtime, {.faults = {...}});
//     LiveTransport transport(broker, "nova-1");
//     RPCTransport messaging(runtime, transport);
//
// The world has one task of its own, which runs the same model as a simulation does, as fast as
// real time goes. What happens is decided by the seed; when it happens is not, so no two runs are
// the same. It is made for finding data races and for load, with the broker's faults.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/sim/network.h"
#include "castaway/transport.h"

namespace castaway::sim {

struct LiveSettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  NetworkSettings network = {.latency = {.a = 20us}};
};

class LiveBroker final {
 public:
  /// Throws: std::invalid_argument for rules about processes and clocks, which are real here.
  LiveBroker(Runtime& runtime, LiveSettings settings = {});
  /// All connections must be gone.
  ~LiveBroker();
  LiveBroker(const LiveBroker&) = delete;
  LiveBroker& operator=(const LiveBroker&) = delete;

  /// How often each rule fired, in the plan's order.
  /// Waits: until the world has said so.
  [[nodiscard]] std::vector<std::uint64_t> fired();

 private:
  friend class LiveTransport;
  class State;
  std::unique_ptr<State> state_;
};

/// The transport of one process of that world. Safe from many threads.
class LiveTransport final : public Transport {
 public:
  /// `process` is what rules call it.
  LiveTransport(LiveBroker& broker, std::string process);
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override { return simulated_capabilities(); }

 private:
  LiveBroker& broker_;
  const std::string process_;
};

}  // namespace castaway::sim
