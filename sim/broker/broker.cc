#include "castaway/sim/broker.h"

#include <utility>

#include "rights.h"
#include "state.h"
#include "virtual_host.h"

namespace castaway::sim {

std::vector<Placement> QueueFaults::place(const CarriedPtr& /*message*/,
                                          const std::string& /*queue*/,
                                          const amqp::Publication& /*publication*/,
                                          TimePoint /*now*/) {
  return {Placement{}};
}

std::optional<Placement> QueueFaults::take_back(const Returning& /*copy*/,
                                                const std::string& /*queue*/,
                                                const amqp::Publication& /*publication*/,
                                                TimePoint /*now*/) {
  return Placement{};
}

Broker::Broker(BrokerOutput& output, QueueFaults& faults)
    : hosts_(std::make_unique<VirtualHosts>(output, faults)) {}

Broker::~Broker() = default;

ConnectionId Broker::open(Opening who, TimePoint /*now*/) { return hosts_->open(std::move(who)); }

void Broker::lost(ConnectionId id, TimePoint now) {
  const auto [host, connection] = hosts_->find(id);
  if (connection != nullptr) host->end(*connection, std::nullopt, now);
}

void Broker::take(ChannelId from, const amqp::Method& method, TimePoint now) {
  const auto [host, connection] = hosts_->find(from.connection);
  if (connection == nullptr) return;
  if (!connection->blocked) return host->take(*connection, from.number, method, now);
  connection->unread.emplace_back(
      [host = host, number = from.number, method](BrokerConnection& then, TimePoint when) {
        host->take(then, number, method, when);
      });
}

void Broker::publish(ChannelId from, CarriedPtr message, amqp::Publication publication,
                     TimePoint now) {
  const auto [host, connection] = hosts_->find(from.connection);
  if (connection == nullptr) return;
  host->block_publisher(*connection);
  if (!connection->blocked)
    return host->take(*connection, from.number, message, std::move(publication), now);
  connection->unread.emplace_back(
      [host = host, number = from.number, message, publication = std::move(publication)](
          BrokerConnection& then, TimePoint when) mutable {
        host->take(then, number, message, std::move(publication), when);
      });
}

void Broker::advance(TimePoint now) { hosts_->advance(now); }

void Broker::release(MessageId message, std::uint32_t copy, TimePoint now) {
  for (const auto& [name, host] : hosts_->all()) {
    State& state = host->state;
    for (const auto& [of, queue] : state.queues) {
      if (queue->release(message, copy, now)) state.drain(*queue, now);
    }
    state.finish(now);
  }
}

bool Broker::has_queue(const std::string& queue) const { return hosts_->queue(queue) != nullptr; }

bool Broker::has_exchange(const std::string& exchange) const {
  return exchange.empty() || hosts_->all().at("/")->state.exchanges.contains(exchange);
}

std::size_t Broker::ready(const std::string& queue) const {
  const auto found = hosts_->queue(queue);
  return found == nullptr ? 0 : found->ready();
}

std::size_t Broker::unacknowledged(const std::string& queue) const {
  const auto found = hosts_->queue(queue);
  return found == nullptr ? 0 : found->unacknowledged();
}

std::size_t Broker::due(const std::string& queue, TimePoint now) const {
  const auto found = hosts_->queue(queue);
  return found == nullptr || found->consumers().all().empty() ? 0 : found->due(now);
}

std::vector<std::string> Broker::queues() const {
  std::vector<std::string> names;
  for (const auto& [of, host] : hosts_->all()) {
    for (const auto& [name, queue] : host->state.queues) names.push_back(host->outside(name));
  }
  return names;
}

std::size_t Broker::connections() const {
  std::size_t count = 0;
  for (const auto& [name, host] : hosts_->all()) count += host->state.connections.size();
  return count;
}

}  // namespace castaway::sim
