#include "virtual_host.h"

#include <algorithm>

namespace castaway::sim {

Broker::VirtualHost::VirtualHost(std::string name, const BrokerConditions& conditions,
                                 BrokerOutput& output, QueueFaults& faults,
                                 std::function<void()> woken)
    : state(name, conditions, *this, *this),
      output_(output),
      faults_(faults),
      woken_(std::move(woken)),
      suffix_(name == "/" ? "" : " (vhost " + name + ")") {}

void Broker::VirtualHost::advance(TimePoint now) {
  if (wakes_at_ <= now) wakes_at_ = never;
  state.run_due(now);
}

std::string Broker::VirtualHost::outside(std::string_view queue) const {
  return std::string(queue) + suffix_;
}

std::optional<std::string> Broker::VirtualHost::inside(std::string_view queue) const {
  if (!queue.ends_with(suffix_)) return std::nullopt;
  return std::string(queue.substr(0, queue.size() - suffix_.size()));
}

void Broker::VirtualHost::say(ChannelId to, const amqp::Method& method) { output_.say(to, method); }

void Broker::VirtualHost::confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                                    const CarriedPtr& message) {
  output_.confirmed(to, tag, multiple, ack, message);
}

void Broker::VirtualHost::returned(ChannelId to, BrokerReturn returned) {
  output_.returned(to, std::move(returned));
}

void Broker::VirtualHost::deliver(ChannelId to, BrokerDelivery delivery) {
  delivery.queue += suffix_;
  output_.deliver(to, std::move(delivery));
}

void Broker::VirtualHost::consumes(ConnectionId from, const std::string& queue) {
  output_.consumes(from, outside(queue));
}

void Broker::VirtualHost::lapsed(const std::string& queue) { output_.lapsed(outside(queue)); }

void Broker::VirtualHost::dropped(const CarriedPtr& message, const std::string& queue,
                                  std::string_view why) {
  output_.dropped(message, outside(queue), why);
}

void Broker::VirtualHost::removed(const std::string& queue) { output_.removed(outside(queue)); }

void Broker::VirtualHost::accepted(ConnectionId from, const CarriedPtr& message,
                                   const amqp::Publication& publication, std::size_t queues) {
  output_.accepted(from, message, publication, queues);
}

void Broker::VirtualHost::settled(ConnectionId from, const CarriedPtr& message, std::uint32_t copy,
                                  bool ack, bool requeue) {
  output_.settled(from, message, copy, ack, requeue);
}

void Broker::VirtualHost::wake_at(TimePoint when) {
  wakes_at_ = when;
  woken_();
}

std::vector<Placement> Broker::VirtualHost::place(const CarriedPtr& message,
                                                  const std::string& queue,
                                                  const amqp::Publication& publication,
                                                  TimePoint now) {
  return faults_.place(message, outside(queue), publication, now);
}

std::optional<Placement> Broker::VirtualHost::take_back(const Returning& copy,
                                                        const std::string& queue,
                                                        const amqp::Publication& publication,
                                                        TimePoint now) {
  return faults_.take_back(copy, outside(queue), publication, now);
}

Broker::State& Broker::VirtualHosts::named(const std::string& name) {
  auto& host = hosts_[name];
  if (host == nullptr)
    host = std::make_unique<VirtualHost>(name, conditions, output_, faults_, [this] { wake(); });
  return host->state;
}

ConnectionId Broker::VirtualHosts::open(Opening who) {
  const ConnectionId id = ++last_connection_;
  BrokerConnection& connection = named(who.virtual_host).connections[id];
  connection.id = id;
  connection.name = std::move(who.name);
  connection.user = std::move(who.user);
  connection.node = who.node;
  return id;
}

std::pair<Broker::State*, BrokerConnection*> Broker::VirtualHosts::find(ConnectionId id) const {
  for (const auto& [name, host] : hosts_) {
    if (BrokerConnection* const found = host->state.connection(id)) return {&host->state, found};
  }
  return {nullptr, nullptr};
}

std::pair<Broker::State*, std::string> Broker::VirtualHosts::home_of(
    const std::string& queue) const {
  VirtualHost& usual = *hosts_.at("/");
  if (usual.state.queues.contains(queue)) return {&usual.state, queue};
  for (const auto& [name, host] : hosts_) {
    const auto inside = host->inside(queue);
    if (inside.has_value() && name != "/") return {&host->state, *inside};
  }
  return {&usual.state, queue};
}

std::shared_ptr<Queue> Broker::VirtualHosts::queue(const std::string& name) const {
  const auto [home, inside] = home_of(name);
  return home->queue(inside);
}

void Broker::VirtualHosts::advance(TimePoint now) {
  for (const auto& [name, host] : hosts_) host->advance(now);
  // One asks only when its own time has changed, and the others' are asked for no more.
  if (hosts_.size() > 1) wake();
}

void Broker::VirtualHosts::wake() {
  TimePoint next = never;
  for (const auto& [name, host] : hosts_) next = std::min(next, host->wakes_at());
  output_.wake_at(next);
}

}  // namespace castaway::sim
