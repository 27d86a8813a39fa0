#pragma once
// NetworkWorld: a simulated network and broker without the library, and peers that speak AMQP to
// it. Only the latest events are kept, so a test can carry many messages.
//
//   NetworkWorld world;
//   NetworkPeer peer(world, "p");
//   peer.say(amqp::QueueDeclare{.queue = "q"});
//   peer.publish("q");
//   world.run();

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/network.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

/// Answers 0, and keeps what it was asked.
class Asked final : public Strategy {
 public:
  [[nodiscard]] std::uint64_t answer(const Question& question) override {
    names.emplace_back(question.name);
    return 0;
  }
  std::vector<std::string> names = {};
};

class NetworkWorld final : private SimulatedWorld {
 public:
  explicit NetworkWorld(FaultPlan plan = {})
      : faults_(std::move(plan), scheduler_, decisions_, recorder_, *this) {
    recorder_.sink().keep(1'000);
    network_.use(faults_);
    faults_.start();
  }
  ~NetworkWorld() override { network_.stop(); }

  /// Until nothing is left to happen, but that queues and messages expire.
  void run() {
    while (!network_.idle()) scheduler_.step();
  }
  void pass(Duration length) {
    const TimePoint end = scheduler_.now() + length;
    bool there = false;
    scheduler_.at(end, EventClass::deadline, 0, [&there] { there = true; });
    while (!there) scheduler_.step();
  }
  [[nodiscard]] Network& network() override { return network_; }
  [[nodiscard]] Broker& broker() { return network_.broker(); }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }
  [[nodiscard]] Recorder& recorder() override { return recorder_; }
  /// The names of all decisions since it was last asked.
  [[nodiscard]] std::vector<std::string> asked() { return std::exchange(strategy_.names, {}); }
  [[nodiscard]] ProcessId make_process(std::string name) {
    return runtime_.make_process(std::move(name));
  }

 private:
  [[nodiscard]] Scheduler& scheduler() override { return scheduler_; }
  [[nodiscard]] FiberRuntime& runtime() override { return runtime_; }
  [[nodiscard]] TimePoint end_of(Duration for_) const override { return scheduler_.now() + for_; }
  [[nodiscard]] Incarnation incarnation_of(const std::string&) const override { return {}; }
  void kill(const std::string&) override {}
  void launch(const std::string&) override {}

  Scheduler scheduler_ = {};
  Asked strategy_ = {};
  Decisions decisions_{strategy_};
  FiberRuntime runtime_{scheduler_, decisions_};
  Recorder recorder_{runtime_};
  Network network_{{}, scheduler_, decisions_, runtime_, recorder_};
  FaultEngine faults_;
};

/// One connection, with channel 1.
class NetworkPeer final : private ClientEvents {
 public:
  /// What it does with a delivery; nothing if empty.
  using Settle = std::function<void(NetworkPeer&, std::uint64_t tag)>;

  NetworkPeer(NetworkWorld& world, const std::string& process, Settle settle = {})
      : settle_(std::move(settle)),
        end_(world.network().connect({.id = 0, .process = process, .name = process, .opens = 1},
                                     *this)) {}

  void say(const amqp::Method& method) { end_->say(1, method); }
  void say_goodbye() { end_->say(0, amqp::ConnectionClose{}); }
  void publish(const std::string& queue, amqp::Publication publication = {}) {
    publication.routing_key = queue;
    end_->publish(1, std::move(publication));
  }
  void consume(const std::string& queue, bool no_ack = false) {
    say(amqp::BasicConsume{.queue = queue, .consumer_tag = queue, .no_ack = no_ack});
  }
  [[nodiscard]] int delivered() const { return delivered_; }
  [[nodiscard]] int confirmed() const { return confirmed_; }
  [[nodiscard]] int returned() const { return returned_; }

 private:
  void opened() override {}
  void said(ChannelNumber /*channel*/, const amqp::Method& method) override {
    const bool answers = std::holds_alternative<amqp::BasicAck>(method) ||
                         std::holds_alternative<amqp::BasicNack>(method);
    confirmed_ += answers ? 1 : 0;
  }
  void delivered(ChannelNumber /*channel*/, BrokerDelivery delivery) override {
    ++delivered_;
    if (settle_) settle_(*this, delivery.method.delivery_tag);
  }
  void returned(ChannelNumber /*channel*/, BrokerReturn /*returned*/) override { ++returned_; }
  void lost(const std::string& /*why*/) override {}

  const Settle settle_;
  int delivered_ = 0;
  int confirmed_ = 0;
  int returned_ = 0;
  std::unique_ptr<ClientEnd> end_;  // last: nothing is heard after it
};

}  // namespace castaway::sim
