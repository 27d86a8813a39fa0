// What a connection asks of the broker about messages: publishing, consuming, settling.

#include <charconv>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "castaway/sim/broker.h"

#include "broker_replies.h"
#include "broker_state.h"

namespace castaway::sim {
namespace {

/// Requires: an expiration that Broker::State::refusal did not refuse.
TimePoint expiry_time(const std::string& expiration, TimePoint now) {
  if (expiration.empty()) return never;
  std::int64_t milliseconds = 0;
  std::from_chars(expiration.data(), expiration.data() + expiration.size(), milliseconds);
  return deadline_after(now, std::chrono::milliseconds(milliseconds));
}

}  // namespace

void Broker::confirm_select(ConnectionId from, RequestNumber request, TimePoint /*now*/) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  channel->confirms = true;
  state_->output.completed(from, request);
}

void Broker::publish(ConnectionId from, std::uint64_t tag, MessageId message,
                     Publication publication, TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  if (auto refused = state_->refusal(publication)) {
    return state_->end(*channel, std::move(refused), now);
  }
  const TimePoint expires = expiry_time(publication.message.properties.expiration, now);
  const auto shared = std::make_shared<const Publication>(std::move(publication));
  static const std::vector<Queue*> nowhere;
  const bool lost = state_->faults.is_unroutable(message);
  const std::vector<Queue*>& queues = lost ? nowhere : state_->route(*shared);
  for (Queue* queue : queues) {
    queue->enqueue(message, shared, expires,
                   state_->faults.place(message, queue->name(), *shared, now), now);
  }
  BrokerOutput& output = state_->output;
  output.accepted(from, message, *shared, queues.size());
  if (queues.empty() && shared->mandatory) {
    output.returned(from, {.exchange = shared->exchange,
                           .routing_key = shared->routing_key,
                           .message = shared->message});
  }
  if (channel->confirms) output.confirmed(from, tag, false, true, message);
  for (Queue* queue : queues) state_->drain(*queue, now);
  state_->ask();
}

void Broker::prefetch(ConnectionId from, RequestNumber request, std::uint16_t count,
                      TimePoint /*now*/) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  channel->prefetch = count;
  state_->output.completed(from, request);
}

void Broker::consume(ConnectionId from, RequestNumber request, const std::string& queue,
                     const std::string& consumer_tag, TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  if (!consumer_tag.empty() && channel->consumer(consumer_tag) != nullptr) {
    return state_->end(*channel, replies::consumer_tag_in_use(consumer_tag), now);
  }
  const std::shared_ptr<Queue> found = state_->usable_queue(*channel, queue, now);
  if (found == nullptr) return;
  const std::string tag =
      consumer_tag.empty() ? fmt::format("amq.ctag-{}", ++channel->last_consumer) : consumer_tag;
  channel->consumers.push_back(
      {.channel = *channel, .tag = tag, .queue = found, .prefetch = channel->prefetch});
  found->consumers().add(channel->consumers.back());
  found->touch(now);
  state_->output.completed(from, request);
  state_->drain(*found, now);
  state_->ask();
}

void Broker::cancel(ConnectionId from, RequestNumber request, const std::string& consumer_tag,
                    TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  Consumer* consumer = channel->consumer(consumer_tag);
  // As in RabbitMQ, a consumer that is not there is as good as cancelled.
  if (consumer == nullptr) return state_->output.completed(from, request);
  const std::shared_ptr<Queue> queue = consumer->queue;
  queue->consumers().remove(*consumer);
  channel->forget(*consumer);
  state_->output.completed(from, request);
  state_->after_consumer_left(queue, now);
  state_->ask();
}

void Broker::acknowledge(ConnectionId from, std::uint64_t delivery_tag, bool multiple,
                         TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  auto& outstanding = channel->unacknowledged;
  const auto named = outstanding.find(delivery_tag);
  const bool all = multiple && delivery_tag == 0;
  if (named == outstanding.end() && !all) {
    return state_->end(*channel, replies::unknown_delivery_tag(delivery_tag), now);
  }
  const auto first = multiple ? outstanding.begin() : named;
  const auto last = all ? outstanding.end() : std::next(named);
  state_->settle(*channel, first, last, true, false, now);
}

void Broker::reject(ConnectionId from, std::uint64_t delivery_tag, bool requeue, TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  const auto named = channel->unacknowledged.find(delivery_tag);
  if (named == channel->unacknowledged.end()) {
    return state_->end(*channel, replies::unknown_delivery_tag(delivery_tag), now);
  }
  state_->settle(*channel, named, std::next(named), false, requeue, now);
}

}  // namespace castaway::sim
