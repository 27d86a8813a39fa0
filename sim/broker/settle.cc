// What a connection says of its deliveries: acknowledged, given back, dropped.

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "castaway/sim/broker.h"

#include "replies.h"
#include "state.h"

namespace castaway::sim {

void Broker::acknowledge(ConnectionId from, std::uint64_t delivery_tag, bool multiple,
                         TimePoint now) {
  state_->read(from, now, [this, delivery_tag, multiple](Channel& channel, TimePoint then) {
    if (const auto named = state_->named(channel, delivery_tag, multiple, then)) {
      state_->settle(channel, named->first, named->second, true, false, then);
    }
  });
}

void Broker::nack(ConnectionId from, std::uint64_t delivery_tag, bool multiple, bool requeue,
                  TimePoint now) {
  state_->read(from, now,
               [this, delivery_tag, multiple, requeue](Channel& channel, TimePoint then) {
                 if (const auto named = state_->named(channel, delivery_tag, multiple, then)) {
                   state_->settle(channel, named->first, named->second, false, requeue, then);
                 }
               });
}

void Broker::reject(ConnectionId from, std::uint64_t delivery_tag, bool requeue, TimePoint now) {
  nack(from, delivery_tag, false, requeue, now);
}

void Broker::recover(ConnectionId from, RequestNumber request, bool requeue, TimePoint now) {
  state_->read(from, now, [this, request, requeue](Channel& channel, TimePoint then) {
    if (!requeue) return state_->end(channel, replies::recover_without_requeue(), then);
    auto& all = channel.unacknowledged;
    state_->output.completed(channel.id, request);
    state_->settle(channel, all.begin(), all.end(), false, true, then);
  });
}

std::optional<std::pair<Broker::State::Delivered, Broker::State::Delivered>> Broker::State::named(
    Channel& channel, std::uint64_t delivery_tag, bool multiple, TimePoint now) {
  auto& outstanding = channel.unacknowledged;
  if (multiple && delivery_tag == 0) return std::pair(outstanding.begin(), outstanding.end());
  const auto place = outstanding.find(delivery_tag);
  if (place == outstanding.end()) {
    end(channel, replies::unknown_delivery_tag(delivery_tag), now);
    return std::nullopt;
  }
  return std::pair(multiple ? outstanding.begin() : place, std::next(place));
}

void Broker::State::settle(Channel& channel, Delivered first, Delivered last, bool ack,
                           bool requeue, TimePoint now) {
  touched_.clear();
  while (first != last) {
    auto [copy, consumer] = std::move(first->second);
    first = channel.unacknowledged.erase(first);
    Queue& queue = *consumer->queue;
    const bool known = std::find(touched_.begin(), touched_.end(), &queue) != touched_.end();
    if (!known && !queue.removed()) touched_.push_back(&queue);
    const Queue::Entry& entry = copy.mapped();
    queue.settled(*consumer);
    output.settled(channel.id, entry.message, entry.copy, ack, requeue);
    if (requeue) {
      take_back(queue, std::move(copy), now);
    } else {
      if (!ack) queue.reject(copy);
      queue.remember(std::move(copy), now, remembered);
    }
    if (consumer->gone) channel.forget(*consumer);
  }
  for (Queue* queue : touched_) {
    if (requeue) queue->trim();
    drain(*queue, now);
  }
  finish(now);
}

}  // namespace castaway::sim
