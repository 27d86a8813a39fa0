#include "castaway/sim/broker.h"

#include <utility>

#include "replies.h"
#include "state.h"

namespace castaway::sim {

std::vector<Placement> QueueFaults::place(MessageId /*message*/, const std::string& /*queue*/,
                                          const Publication& /*publication*/, TimePoint /*now*/) {
  return {Placement{}};
}

std::optional<Placement> QueueFaults::take_back(const Returning& /*copy*/,
                                                const std::string& /*queue*/,
                                                const Publication& /*publication*/,
                                                TimePoint /*now*/) {
  return Placement{};
}

bool QueueFaults::is_unroutable(MessageId /*message*/) { return false; }
bool QueueFaults::is_refused(MessageId /*message*/) { return false; }

Broker::Broker(BrokerOutput& output, QueueFaults& faults)
    : state_(std::make_unique<State>(output, faults)) {}

Broker::~Broker() = default;

ConnectionId Broker::open(std::string name, TimePoint /*now*/) {
  const ConnectionId id = ++state_->last_connection;
  Channel& channel = state_->channels[id];
  channel.id = id;
  channel.name = std::move(name);
  return id;
}

void Broker::lost(ConnectionId id, TimePoint now) {
  if (Channel* channel = state_->channel(id)) state_->end(*channel, std::nullopt, now);
}

void Broker::close(ConnectionId from, TimePoint now) {
  state_->read(from, now, [this](Channel& channel, TimePoint then) {
    state_->end(channel, replies::goodbye(), then);
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

std::vector<std::string> Broker::queues() const {
  std::vector<std::string> names;
  for (const auto& [name, queue] : state_->queues) names.push_back(name);
  return names;
}

}  // namespace castaway::sim
