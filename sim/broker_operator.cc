// What an operator does to a broker: restarts it, and deletes queues.

#include <iterator>
#include <memory>
#include <utility>

#include "castaway/sim/broker.h"

#include "broker_state.h"

namespace castaway::sim {
namespace {

constexpr std::uint8_t persistent = 2;

}  // namespace

void Broker::restart(bool keep_durable) {
  for (auto& [id, channel] : state_->channels) {
    for (auto& [tag, delivery] : channel.unacknowledged)
      delivery.consumer->queue->put_back(std::move(delivery.copy));
  }
  const auto stays = [keep_durable](bool durable) { return keep_durable && durable; };
  const auto queues = state_->queues;
  for (const auto& [name, queue] : queues) {
    queue->restart();
    const QueueDeclaration& declaration = queue->declaration();
    if (!stays(declaration.durable) || declaration.exclusive) {
      state_->remove(queue);
    } else {
      state_->schedule(*queue);
    }
  }
  state_->channels.clear();
  std::erase_if(state_->exchanges, [&](const auto& exchange) {
    return !exchange.first.starts_with("amq.") && !stays(exchange.second.declaration().durable);
  });
  state_->ask();
}

void Broker::delete_queue(const std::string& queue) {
  if (const std::shared_ptr<Queue> found = state_->queue(queue)) state_->remove(found);
  state_->ask();
}

void Queue::put_back(Copy copy) {
  --unacknowledged_;
  line_.insert(std::move(copy));
}

void Queue::restart() {
  consumers_ = {};
  while (!aside_.empty()) line_.insert(std::move(aside_.extract(aside_.begin()).mapped()));
  due_.clear();
  counting_.clear();
  held_.clear();
  blocked_until_ = never;
  for (auto place = line_.begin(); place != line_.end();) {
    Entry& entry = place->second;
    entry.condition.reset();
    const bool kept = entry.publication->message.properties.delivery_mode == persistent;
    place = kept ? std::next(place) : line_.erase(place);
  }
}

}  // namespace castaway::sim
