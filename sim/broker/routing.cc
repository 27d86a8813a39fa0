// Where messages go: from an exchange to queues, from a queue to a consumer, and after death.

#include <algorithm>
#include <memory>
#include <utility>

#include "state.h"

namespace castaway::sim {
namespace {

/// What a consumer gets to read. Source: RabbitMQ, quorum queues, poison message handling.
std::shared_ptr<const amqp::Message> content_of(const Queue::Entry& entry, const Queue& queue) {
  const auto& publication = entry.publication;
  if (!queue.arguments().quorum || entry.attempts < 2) return {publication, &publication->message};
  auto counted = std::make_shared<amqp::Message>(publication->message);
  auto& headers = counted->properties.headers;
  if (!headers.has_value()) headers.emplace();
  headers->set("x-delivery-count", std::int64_t{entry.attempts} - 1);
  return counted;
}

}  // namespace

const std::vector<Queue*>& Broker::State::route(const amqp::Publication& publication,
                                                const HiddenKeys& hidden) {
  routed_.clear();
  names_.clear();
  keys_.clear();
  append_keys(publication, hidden, keys_);
  replies_.clear();
  if (publication.exchange.empty()) {
    for (const std::string_view key : keys_)
      (key.starts_with(direct_reply_prefix) ? replies_ : names_).push_back(key);
  } else {
    const auto& headers = publication.message.properties.headers;
    pass_through_exchanges(publication.exchange, keys_, headers.has_value() ? &*headers : nullptr);
  }
  if (names_.size() > 1) {
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  }
  for (const std::string_view name : names_) {
    if (const auto place = queues.find(name); place != queues.end()) {
      routed_.push_back(place->second.get());
    }
  }
  return routed_;
}

void Broker::State::pass_through_exchanges(const std::string& first,
                                           std::span<const std::string_view> keys,
                                           const amqp::FieldTable* headers) {
  passed_.assign(1, first);
  const auto pass = [this](std::string_view exchange) {
    const bool known = std::find(passed_.begin(), passed_.end(), exchange) != passed_.end();
    if (!known) passed_.push_back(exchange);
  };
  for (std::size_t i = 0; i < passed_.size(); ++i) {
    const auto exchange = exchanges.find(passed_[i]);
    if (exchange == exchanges.end()) continue;
    routes_.clear();
    exchange->second.route(keys, headers, routes_);
    names_.insert(names_.end(), routes_.queues.begin(), routes_.queues.end());
    for (const std::string_view next : routes_.exchanges) pass(next);
    if (routes_.empty() && !exchange->second.alternate().empty())
      pass(exchange->second.alternate());
  }
}

std::size_t Broker::State::enqueue(const Arrival& arrival, const std::vector<Queue*>& to,
                                   TimePoint now) {
  std::size_t took = 0;
  for (Queue* queue : to) {
    if (queue->is_away() || queue->turns_away(arrival, now)) continue;
    queue->enqueue(arrival, faults.place(arrival.message, queue->name(), *arrival.publication, now),
                   now);
    ++took;
  }
  return took;
}

void Broker::State::drain(Queue& queue, TimePoint now) {
  while (auto dispatch = queue.next(now)) deliver(*std::move(dispatch), queue, now);
  queue.trim(now);
  tell_losses(queue);
  for (Arrival& letter : queue.take_dead()) dead_.push_back(std::move(letter));
  schedule(queue);
}

void Broker::State::tell_losses(Queue& queue) {
  for (const Loss& loss : queue.take_lost()) output.dropped(loss.message, queue.name(), loss.why);
}

void Broker::State::deliver(Queue::Dispatch dispatch, Queue& queue, TimePoint now) {
  Consumer& consumer = *dispatch.consumer;
  Channel& channel = consumer.channel;
  BrokerDelivery delivery = delivery_of(dispatch.copy.mapped(), queue, ++channel.last_delivery_tag);
  delivery.method.consumer_tag = consumer.tag;
  delivery.no_ack = consumer.no_ack;
  send(channel, std::move(delivery), std::move(dispatch.copy),
       {.consumer = &consumer, .queue = consumer.queue, .since = now});
}

void Broker::State::send(Channel& channel, BrokerDelivery delivery, Queue::Copy copy,
                         Unacknowledged held) {
  if (!delivery.no_ack) {
    auto& unacknowledged = channel.unacknowledged;
    if (held.consumer != nullptr && channel.limit != 0) ++channel.limited;
    held.copy = std::move(copy);
    unacknowledged.emplace_hint(unacknowledged.end(), delivery.method.delivery_tag,
                                std::move(held));
    if (!channel.watched) watch(channel);
    return output.deliver(channel.id(), std::move(delivery));
  }
  const CarriedPtr message = delivery.message;
  const std::uint32_t number = delivery.copy;
  output.deliver(channel.id(), std::move(delivery));
  held.queue->settled(held.consumer);
  output.settled(0, message, number, true, false);
}

BrokerDelivery Broker::State::delivery_of(const Queue::Entry& entry, const Queue& queue,
                                          std::uint64_t tag) {
  return {.method = {.delivery_tag = tag,
                     .redelivered = entry.redelivered || entry.attempts > 1,
                     .exchange = entry.publication->exchange,
                     .routing_key = entry.publication->routing_key},
          .content = content_of(entry, queue),
          .queue = queue.name(),
          .message = entry.message,
          .copy = entry.copy,
          .attempt = entry.attempts};
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
  std::vector<Queue*> to = route(*letter.publication, letter.hidden);
  const std::vector<std::string> replies(replies_.begin(), replies_.end());
  const auto& headers = letter.publication->message.properties.headers;
  std::erase_if(to, [&](const Queue* queue) { return goes_in_circles(*headers, queue->name()); });
  enqueue(letter, to, now);
  for (const std::string& address : replies) answer(address, letter);
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
      output.lapsed(queue.name());
      remove(this->queue(queue.name()));
    } else {
      drain(queue, now);
    }
  }
  close_overdue(now);
  finish(now);
}

void Broker::State::ask() {
  TimePoint next = agenda_.empty() ? never : agenda_.begin()->first.first;
  if (!watched_.empty()) next = std::min(next, watched_.begin()->first);
  if (next == asked_) return;
  asked_ = next;
  output.wake_at(next);
}

}  // namespace castaway::sim
