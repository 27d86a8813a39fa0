#include "state.h"

#include <algorithm>
#include <functional>

#include "replies.h"

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

std::map<std::uint64_t, std::shared_ptr<Queue>> Broker::State::give_back(Channel& channel,
                                                                         TimePoint now) {
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
  return touched;
}

void Broker::State::take_back(Queue& queue, Queue::Copy copy, TimePoint now) {
  std::optional<Placement> placement =
      faults.take_back(returning(copy), queue.name(), *copy.mapped().publication, now);
  if (placement.has_value()) queue.requeue(std::move(copy), *std::move(placement), now);
}

void Broker::State::end(Channel& channel, std::optional<Closed> said, TimePoint now) {
  const auto node = channels.extract(channel.id);
  const auto touched = give_back(channel, now);
  if (said.has_value()) output.closed(channel.id, *std::move(said));
  for (const std::string& name : channel.exclusive) {
    if (const auto own = queue(name); own != nullptr && own->owner() == channel.id) remove(own);
  }
  for (const auto& [number, queue] : touched) after_consumer_left(queue, now);
  finish(now);
}

void Broker::State::after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now) {
  if (queue->removed()) return;
  if (queue->consumers().all().empty()) {
    if (queue->declaration().auto_delete) return remove(queue);
    if (queue->lapses() == never) queue->touch(now);
  }
  queue->trim();
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
    auto& [name, exchange] = *each++;
    after_unbinding(name, exchange.unbind(queue->name()));
  }
  queues.erase(queues.find(queue->name()));
  for (Consumer* consumer : consumers) consumer->channel.forget(*consumer);
}

void Broker::State::after_unbinding(const std::string& exchange, bool was_last) {
  const auto place = exchanges.find(exchange);
  if (was_last && place->second.declaration().auto_delete) exchanges.erase(place);
}

std::optional<Closed> Broker::State::refusal(const Publication& publication) const {
  const std::string& exchange = publication.exchange;
  for (const std::string& name : {std::cref(exchange), std::cref(publication.routing_key)}) {
    if (auto refused = replies::bad_name(name)) return refused;
  }
  if (!exchange.empty()) {
    const auto place = exchanges.find(exchange);
    if (place == exchanges.end()) return replies::not_found(replies::exchange(exchange));
    if (place->second.declaration().internal) return replies::internal_exchange(exchange);
  }
  const std::string& expiration = publication.message.properties.expiration;
  return expiration.empty() ? std::nullopt : bad_expiration(expiration);
}

const std::vector<Queue*>& Broker::State::route(const Publication& publication) {
  routed_.clear();
  names_.clear();
  if (publication.exchange.empty()) {
    names_.push_back(publication.routing_key);
  } else {
    // To the alternates, until one has a queue for it, or all were asked.
    std::size_t asked = 0;
    for (auto exchange = exchanges.find(publication.exchange);
         exchange != exchanges.end() && names_.empty() && asked < exchanges.size(); ++asked) {
      exchange->second.route(publication.routing_key, names_);
      exchange = exchanges.find(exchange->second.alternate());
    }
  }
  for (const std::string_view name : names_) {
    if (const auto place = queues.find(name); place != queues.end()) {
      routed_.push_back(place->second.get());
    }
  }
  return routed_;
}

std::size_t Broker::State::enqueue(const Arrival& arrival, const std::vector<Queue*>& to,
                                   TimePoint now) {
  std::size_t took = 0;
  for (Queue* queue : to) {
    if (queue->turns_away(arrival, now)) continue;
    queue->enqueue(arrival, faults.place(arrival.message, queue->name(), *arrival.publication, now),
                   now);
    ++took;
  }
  return took;
}

void Broker::State::drain(Queue& queue, TimePoint now) {
  while (auto dispatch = queue.next(now)) deliver(*std::move(dispatch), queue);
  queue.trim();
  for (Arrival& letter : queue.take_dead()) dead_.push_back(std::move(letter));
  schedule(queue);
}

void Broker::State::deliver(Queue::Dispatch dispatch, const Queue& queue) {
  Consumer& consumer = *dispatch.consumer;
  Channel& channel = consumer.channel;
  const Queue::Entry& entry = dispatch.copy.mapped();
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
  if (queue.arguments().quorum && entry.attempts > 1) {
    delivery.delivery.message.properties.headers["x-delivery-count"] =
        std::int64_t{entry.attempts} - 1;
  }
  auto& unacknowledged = channel.unacknowledged;
  unacknowledged.emplace_hint(unacknowledged.end(), tag,
                              Unacknowledged{std::move(dispatch.copy), &consumer});
  output.deliver(channel.id, std::move(delivery));
}

void Broker::State::finish(TimePoint now) {
  while (!dead_.empty()) {
    const Arrival letter = std::move(dead_.front());
    dead_.pop_front();
    bury(letter, now);
  }
  ask();
}

void Broker::State::bury(const Arrival& letter, TimePoint now) {
  const std::string& exchange = letter.publication->exchange;
  if (!exchange.empty() && !exchanges.contains(exchange)) return;
  std::vector<Queue*> to = route(*letter.publication);
  std::erase_if(to,
                [&](const Queue* queue) { return goes_in_circles(*letter.deaths, queue->name()); });
  enqueue(letter, to, now);
  for (Queue* queue : to) drain(*queue, now);
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
  finish(now);
}

void Broker::State::ask() {
  const TimePoint next = agenda_.empty() ? never : agenda_.begin()->first.first;
  if (next == asked_) return;
  asked_ = next;
  output.wake_at(next);
}

}  // namespace castaway::sim
