#pragma once
// SimTransport: the library's Transport in the simulation, without bytes: what it says becomes
// methods of AMQP on one channel, and what the broker answers becomes events.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "castaway/sim/execution_context.h"
#include "castaway/transport.h"

namespace castaway::sim {

class Decisions;
class FiberRuntime;
class Network;
class Scheduler;

/// The capabilities of every transport to the simulated broker.
[[nodiscard]] Capabilities simulated_capabilities();

/// The Transport of one incarnation of a simulated process.
class SimTransport final : public Transport {
 public:
  SimTransport(Network& network, ProcessId id, std::string process)
      : network_(network), id_(id), process_(std::move(process)) {}
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override { return simulated_capabilities(); }

 private:
  Network& network_;
  ProcessId id_;
  std::string process_;
};

/// Where an incarnation of a process stands, for whoever makes it another transport. All of it
/// outlives the transport.
struct Station {
  Network& network;
  Scheduler& scheduler;
  Decisions& decisions;
  FiberRuntime& runtime;
  ProcessId id = 0;
  std::string process = {};
};

using TransportMaker = std::function<std::unique_ptr<Transport>(const Station&)>;

}  // namespace castaway::sim
