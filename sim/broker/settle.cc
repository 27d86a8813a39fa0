// What a connection says of its deliveries: acknowledged, given back, dropped.

#include <algorithm>
#include <iterator>
#include <utility>

#include "state.h"

namespace castaway::sim {

void Broker::State::on(Channel& channel, const amqp::BasicAck& method, TimePoint now) {
  const auto [first, last] = named(channel, method.delivery_tag, method.multiple);
  settle_or_keep(channel, first, last, true, false, now);
}

void Broker::State::on(Channel& channel, const amqp::BasicNack& method, TimePoint now) {
  const auto [first, last] = named(channel, method.delivery_tag, method.multiple);
  settle_or_keep(channel, first, last, false, method.requeue, now);
}

void Broker::State::on(Channel& channel, const amqp::BasicReject& method, TimePoint now) {
  const auto [first, last] = named(channel, method.delivery_tag, false);
  settle_or_keep(channel, first, last, false, method.requeue, now);
}

void Broker::State::on(Channel& channel, const amqp::BasicRecover& method, TimePoint now) {
  if (!method.requeue) throw replies::not_implemented("requeue=false");
  auto& all = channel.unacknowledged;
  output.say(channel.id(), amqp::BasicRecoverOk{});
  settle(channel, all, all.begin(), all.end(), false, true, now);
}

std::pair<Broker::State::Delivered, Broker::State::Delivered> Broker::State::named(
    Channel& channel, std::uint64_t delivery_tag, bool multiple) {
  auto& outstanding = channel.unacknowledged;
  if (multiple && delivery_tag == 0) return {outstanding.begin(), outstanding.end()};
  const auto place = outstanding.find(delivery_tag);
  if (place == outstanding.end()) throw replies::unknown_delivery_tag(delivery_tag);
  return {multiple ? outstanding.begin() : place, std::next(place)};
}

void Broker::State::settle_or_keep(Channel& channel, Delivered first, Delivered last, bool ack,
                                   bool requeue, TimePoint now) {
  Deliveries& all = channel.unacknowledged;
  if (!channel.transaction.has_value()) return settle(channel, all, first, last, ack, requeue, now);
  Transaction::Settlement kept = {.ack = ack, .requeue = requeue};
  while (first != last) kept.deliveries.insert(all.extract(first++));
  channel.transaction->settlements.push_back(std::move(kept));
}

void Broker::State::settle(Channel& channel, Deliveries& of, Delivered first, Delivered last,
                           bool ack, bool requeue, TimePoint now) {
  touched_.clear();
  while (first != last) {
    Unacknowledged delivery = std::move(first->second);
    first = of.erase(first);
    Queue& queue = *delivery.queue;
    const bool known = std::find(touched_.begin(), touched_.end(), &queue) != touched_.end();
    if (!known && !queue.removed()) touched_.push_back(&queue);
    const Queue::Entry& entry = delivery.copy.mapped();
    queue.settled(delivery.consumer);
    output.settled(channel.connection.id, entry.message, entry.copy, ack, requeue);
    if (requeue) {
      take_back(queue, std::move(delivery.copy), now);
    } else {
      if (!ack) queue.reject(delivery.copy, now);
      queue.remember(std::move(delivery.copy), now, conditions.remembered);
    }
    if (delivery.consumer == nullptr) continue;
    if (channel.limited > 0) --channel.limited;
    channel.forget(*delivery.consumer);
  }
  for (Queue* queue : touched_) {
    if (requeue) queue->trim(now);
    drain(*queue, now);
  }
  if (channel.limit != 0) resume(channel, now);
  finish(now);
}

}  // namespace castaway::sim
