#include "castaway/sim/broker.h"

#include <utility>

#include "state.h"

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
    : state_(std::make_unique<State>(output, faults)) {}

Broker::~Broker() = default;

ConnectionId Broker::open(std::string name, TimePoint /*now*/, std::string user,
                          std::uint64_t node) {
  const ConnectionId id = ++state_->last_connection;
  BrokerConnection& connection = state_->connections[id];
  connection.id = id;
  connection.name = std::move(name);
  connection.user = std::move(user);
  connection.node = node;
  return id;
}

void Broker::lost(ConnectionId id, TimePoint now) {
  if (auto* connection = state_->connection(id)) state_->end(*connection, std::nullopt, now);
}

void Broker::take(ChannelId from, const amqp::Method& method, TimePoint now) {
  BrokerConnection* const connection = state_->connection(from.connection);
  if (connection == nullptr) return;
  if (!connection->blocked) return state_->take(*connection, from.number, method, now);
  connection->unread.emplace_back(
      [this, number = from.number, method](BrokerConnection& then, TimePoint when) {
        state_->take(then, number, method, when);
      });
}

void Broker::publish(ChannelId from, CarriedPtr message, amqp::Publication publication,
                     TimePoint now) {
  BrokerConnection* const connection = state_->connection(from.connection);
  if (connection == nullptr) return;
  state_->block_publisher(*connection);
  if (!connection->blocked)
    return state_->take(*connection, from.number, message, std::move(publication), now);
  connection->unread.emplace_back(
      [this, number = from.number, message, publication = std::move(publication)](
          BrokerConnection& then, TimePoint when) mutable {
        state_->take(then, number, message, std::move(publication), when);
      });
}

void Broker::advance(TimePoint now) { state_->run_due(now); }

void Broker::release(MessageId message, std::uint32_t copy, TimePoint now) {
  for (const auto& [name, queue] : state_->queues) {
    if (queue->release(message, copy, now)) state_->drain(*queue, now);
  }
  state_->finish(now);
}

bool Broker::has_queue(const std::string& queue) const { return state_->queues.contains(queue); }

bool Broker::has_exchange(const std::string& exchange) const {
  return exchange.empty() || state_->exchanges.contains(exchange);
}

std::size_t Broker::ready(const std::string& queue) const {
  const auto found = state_->queue(queue);
  return found == nullptr ? 0 : found->ready();
}

std::size_t Broker::unacknowledged(const std::string& queue) const {
  const auto found = state_->queue(queue);
  return found == nullptr ? 0 : found->unacknowledged();
}

std::size_t Broker::due(const std::string& queue, TimePoint now) const {
  const auto found = state_->queue(queue);
  return found == nullptr || found->consumers().all().empty() ? 0 : found->due(now);
}

std::vector<std::string> Broker::queues() const {
  std::vector<std::string> names;
  for (const auto& [name, queue] : state_->queues) names.push_back(name);
  return names;
}

std::size_t Broker::connections() const { return state_->connections.size(); }

}  // namespace castaway::sim
