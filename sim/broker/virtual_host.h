#pragma once
// VirtualHost: one virtual host of a broker. It has exchanges, queues and rights of its own, so
// each is a Broker::State, and a name means something in one of them only.
//
// Outside, a queue of any but "/" is called "compute (vhost shop)", so that queues of one name are
// told apart.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "state.h"

namespace castaway::sim {

class Broker::VirtualHost final : private BrokerOutput, private QueueFaults {
 public:
  /// `woken`: it wants to be called at another time.
  VirtualHost(std::string name, const BrokerConditions& conditions, BrokerOutput& output,
              QueueFaults& faults, std::function<void()> woken);

  State state;
  void advance(TimePoint now);
  [[nodiscard]] TimePoint wakes_at() const { return wakes_at_; }
  [[nodiscard]] std::string outside(std::string_view queue) const;
  /// What a queue with that name outside is called here; nothing if that is not one of here.
  [[nodiscard]] std::optional<std::string> inside(std::string_view queue) const;

 private:
  // BrokerOutput
  void say(ChannelId to, const amqp::Method& method) override;
  void confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                 const CarriedPtr& message) override;
  void returned(ChannelId to, BrokerReturn returned) override;
  void deliver(ChannelId to, BrokerDelivery delivery) override;
  void consumes(ConnectionId from, const std::string& queue) override;
  void lapsed(const std::string& queue) override;
  void dropped(const CarriedPtr& message, const std::string& queue, std::string_view why) override;
  void removed(const std::string& queue) override;
  void accepted(ConnectionId from, const CarriedPtr& message, const amqp::Publication& publication,
                std::size_t queues) override;
  void settled(ConnectionId from, const CarriedPtr& message, std::uint32_t copy, bool ack,
               bool requeue) override;
  void wake_at(TimePoint when) override;
  // QueueFaults
  std::vector<Placement> place(const CarriedPtr& message, const std::string& queue,
                               const amqp::Publication& publication, TimePoint now) override;
  std::optional<Placement> take_back(const Returning& copy, const std::string& queue,
                                     const amqp::Publication& publication, TimePoint now) override;

  BrokerOutput& output_;
  QueueFaults& faults_;
  const std::function<void()> woken_;
  const std::string suffix_;  ///< of its queues' names outside
  TimePoint wakes_at_ = never;
};

/// All of a broker.
class Broker::VirtualHosts final {
 public:
  VirtualHosts(BrokerOutput& output, QueueFaults& faults) : output_(output), faults_(faults) {
    static_cast<void>(named("/"));
  }

  /// Makes it, if nobody has asked for it before.
  [[nodiscard]] State& named(const std::string& name);
  ConnectionId open(Opening who);
  void advance(TimePoint now);
  /// An open connection, and where it is; null if it is closed.
  [[nodiscard]] std::pair<State*, BrokerConnection*> find(ConnectionId id) const;
  /// The one that has a queue of this name outside, or would have it, and its name there.
  [[nodiscard]] std::pair<State*, std::string> home_of(const std::string& queue) const;
  [[nodiscard]] std::shared_ptr<Queue> queue(const std::string& name) const;
  [[nodiscard]] const auto& all() const { return hosts_; }

  BrokerConditions conditions = {};

 private:
  void wake();

  BrokerOutput& output_;
  QueueFaults& faults_;
  std::map<std::string, std::unique_ptr<VirtualHost>, std::less<>> hosts_ = {};
  ConnectionId last_connection_ = 0;
};

}  // namespace castaway::sim
