#include "broker_state.h"

#include <algorithm>
#include <iterator>

#include "broker_replies.h"

namespace castaway::sim {

Broker::State::State(BrokerOutput& to, QueueFaults& asked) : output(to), faults(asked) {
  for (const std::string type : {"direct", "fanout", "topic"}) {
    const std::string name = "amq." + type;
    exchanges.try_emplace(name,
                          ExchangeDeclaration{.exchange = name, .type = type, .durable = true});
  }
}

Channel* Broker::State::channel(ConnectionId id) {
  const auto place = channels.find(id);
  return place == channels.end() ? nullptr : &place->second;
}

std::shared_ptr<Queue> Broker::State::queue(std::string_view name) const {
  const auto place = queues.find(name);
  return place == queues.end() ? nullptr : place->second;
}

std::shared_ptr<Queue> Broker::State::usable_queue(Channel& channel, std::string_view name,
                                                   TimePoint now) {
  std::shared_ptr<Queue> found = queue(name);
  if (found != nullptr && (found->owner() == 0 || found->owner() == channel.id)) return found;
  const std::string what = replies::queue(name);
  end(channel, found == nullptr ? replies::not_found(what) : replies::resource_locked(what), now);
  return nullptr;
}

void Broker::State::end(Channel& channel, std::optional<Closed> said, TimePoint now) {
  const auto node = channels.extract(channel.id);
  std::map<std::uint64_t, std::shared_ptr<Queue>> touched;
  for (Consumer& consumer : channel.consumers) {
    if (!consumer.gone) consumer.queue->consumers().remove(consumer);
    touched.emplace(consumer.queue->number(), consumer.queue);
  }
  for (auto& [tag, delivery] : channel.unacknowledged) {
    Queue& queue = *delivery.consumer->queue;
    queue.settled(*delivery.consumer);
    take_back(queue, std::move(delivery.copy), now);
  }
  if (said.has_value()) output.closed(channel.id, *std::move(said));
  for (const std::string& name : channel.exclusive) {
    if (const auto own = queue(name); own != nullptr && own->owner() == channel.id) remove(own);
  }
  for (const auto& [number, queue] : touched) after_consumer_left(queue, now);
  ask();
}

void Broker::State::take_back(Queue& queue, Queue::Copy copy, TimePoint now) {
  const Queue::Entry& entry = copy.mapped();
  std::optional<Placement> placement =
      faults.take_back({.message = entry.message, .copy = entry.copy, .attempts = entry.attempts},
                       queue.name(), *entry.publication, now);
  if (placement.has_value()) queue.requeue(std::move(copy), *std::move(placement), now);
}

void Broker::State::after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now) {
  if (queue->removed()) return;
  if (queue->consumers().all().empty()) {
    if (queue->declaration().auto_delete) return remove(queue);
    if (queue->lapses() == never) queue->touch(now);
  }
  drain(*queue, now);
}

void Broker::State::remove(const std::shared_ptr<Queue>& queue) {
  const std::vector<Consumer*> consumers = queue->consumers().all();
  for (Consumer* consumer : consumers) {
    queue->consumers().remove(*consumer);
    output.cancelled(consumer->channel.id, consumer->tag);
  }
  queue->remove();
  schedule(*queue);
  for (auto each = exchanges.begin(); each != exchanges.end();) {
    Exchange& exchange = each->second;
    const bool was_last = exchange.unbind(queue->name());
    each = was_last && exchange.declaration().auto_delete ? exchanges.erase(each) : std::next(each);
  }
  queues.erase(queues.find(queue->name()));
  for (Consumer* consumer : consumers) consumer->channel.forget(*consumer);
}

std::optional<Closed> Broker::State::refusal(const Publication& publication) const {
  const std::string& exchange = publication.exchange;
  if (!exchange.empty() && !exchanges.contains(exchange)) {
    return replies::not_found(replies::exchange(exchange));
  }
  const std::string& expiration = publication.message.properties.expiration;
  return expiration.empty() ? std::nullopt : replies::bad_expiration(expiration);
}

const std::vector<Queue*>& Broker::State::route(const Publication& publication) {
  routed_.clear();
  names_.clear();
  if (publication.exchange.empty()) {
    names_.push_back(publication.routing_key);
  } else {
    exchanges.find(publication.exchange)->second.route(publication.routing_key, names_);
  }
  for (const std::string_view name : names_) {
    if (const auto place = queues.find(name); place != queues.end()) {
      routed_.push_back(place->second.get());
    }
  }
  return routed_;
}

void Broker::State::drain(Queue& queue, TimePoint now) {
  while (auto handover = queue.next(now)) deliver(*std::move(handover), queue);
  schedule(queue);
}

void Broker::State::deliver(Queue::Handover handover, const Queue& queue) {
  Consumer& consumer = *handover.consumer;
  Channel& channel = consumer.channel;
  const Queue::Entry& entry = handover.copy.mapped();
  const std::uint64_t tag = ++channel.last_delivery_tag;
  BrokerDelivery delivery = {
      .delivery = {.consumer_tag = consumer.tag,
                   .delivery_tag = tag,
                   .redelivered = entry.redelivered || entry.attempts > 1,
                   .exchange = entry.publication->exchange,
                   .routing_key = entry.publication->routing_key,
                   .message = entry.publication->message},
      .queue = queue.name(),
      .message = entry.message,
      .copy = entry.copy,
      .attempt = entry.attempts,
  };
  auto& unacknowledged = channel.unacknowledged;
  unacknowledged.emplace_hint(unacknowledged.end(), tag,
                              Unacknowledged{std::move(handover.copy), &consumer});
  output.deliver(channel.id, std::move(delivery));
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
    if (requeue) take_back(queue, std::move(copy), now);
    if (consumer->gone) channel.forget(*consumer);
  }
  for (Queue* queue : touched_) drain(*queue, now);
  ask();
}

void Broker::State::schedule(Queue& queue) {
  const TimePoint next = queue.next_event();
  if (next == never && scheduled_.empty()) return;
  const auto place = scheduled_.find(queue.number());
  const TimePoint before = place == scheduled_.end() ? never : place->second;
  if (next == before) return;
  if (before != never) {
    agenda_.erase({before, queue.number()});
    scheduled_.erase(place);
  }
  if (next != never) {
    agenda_.emplace(std::pair(next, queue.number()), &queue);
    scheduled_.emplace(queue.number(), next);
  }
}

void Broker::State::run_due(TimePoint now) {
  if (asked_ <= now) asked_ = never;
  while (!agenda_.empty() && agenda_.begin()->first.first <= now) {
    Queue& queue = *agenda_.begin()->second;
    if (queue.lapses() <= now) {
      remove(this->queue(queue.name()));
    } else {
      drain(queue, now);
    }
  }
  ask();
}

void Broker::State::ask() {
  const TimePoint next = agenda_.empty() ? never : agenda_.begin()->first.first;
  if (next == asked_) return;
  asked_ = next;
  output.wake_at(next);
}

}  // namespace castaway::sim
