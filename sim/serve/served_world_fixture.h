#pragma once
// ServedWorld: a simulated broker that listens, on a thread of its own, for as long as it lives.
//
//     ServedWorld world({.faults = {...}});
//     RabbitTransport transport(runtime, {.hosts = {world.host()}});
//     const Judgement judgement = world.finish();

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "castaway/rabbit_transport.h"
#include "castaway/sim/broker_listener.h"
#include "castaway/sim/served_broker.h"
#include "castaway/thread_runtime.h"

namespace castaway::sim {

class ServedWorld final {
 public:
  explicit ServedWorld(ServeSettings settings = {}, const Endpoint& endpoint = {.port = 0})
      : broker_(std::move(settings)),
        listener_(std::in_place, runtime_, broker_, std::vector{endpoint}) {
    port_ = listener_->endpoints().front().port;
    thread_ = std::thread([this] { listener_->run([this] { return over_.load(); }); });
  }
  ~ServedWorld() { stop(); }
  ServedWorld(const ServedWorld&) = delete;
  ServedWorld& operator=(const ServedWorld&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] RabbitHost host() const { return {.hostname = "127.0.0.1", .port = port_}; }

  /// Ends it. Requires: that was not asked before.
  [[nodiscard]] Judgement finish() {
    stop();
    return broker_.finish();
  }

 private:
  void stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
    listener_.reset();
  }

  ThreadRuntime runtime_;
  ServedBroker broker_;
  std::optional<BrokerListener> listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace castaway::sim
