// What a connection asks of the broker about messages: publishing and consuming.

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "castaway/sim/broker.h"

#include "arguments.h"
#include "dead_letters.h"
#include "replies.h"
#include "state.h"

namespace castaway::sim {
void Broker::confirm_select(ConnectionId from, RequestNumber request, TimePoint now) {
  state_->read(from, now, [this, request](Channel& channel, TimePoint /*then*/) {
    channel.confirms = true;
    state_->output.completed(channel.id, request);
  });
}

void Broker::publish(ConnectionId from, std::uint64_t tag, MessageId message,
                     Publication publication, TimePoint now) {
  state_->block_publisher(from);
  state_->read(from, now,
               [this, tag, message, publication = std::move(publication)](Channel& channel,
                                                                          TimePoint then) mutable {
                 state_->publish(channel, tag, message, std::move(publication), then);
               });
}

void Broker::State::publish(Channel& channel, std::uint64_t tag, MessageId message,
                            Publication publication, TimePoint now) {
  if (auto refused = refusal(publication)) return end(channel, std::move(refused), now);
  const TimePoint expires = expiry_time(publication.message.properties.expiration, now);
  const Arrival arrival = {
      .message = message,
      .publication = std::make_shared<const Publication>(std::move(publication)),
      .expires = expires};
  const Publication& sent = *arrival.publication;
  if (faults.is_refused(message)) {
    if (channel.confirms) output.confirmed(channel.id, tag, false, false, message);
    return finish(now);
  }
  static const std::vector<Queue*> nowhere;
  const std::vector<Queue*>& queues = faults.is_unroutable(message) ? nowhere : route(sent);
  const std::size_t took = enqueue(arrival, queues, now);
  output.accepted(channel.id, message, sent, took);
  if (queues.empty() && sent.mandatory) {
    output.returned(
        channel.id,
        {.exchange = sent.exchange, .routing_key = sent.routing_key, .message = sent.message});
  }
  // One queue that turned it away is enough for a nack.
  if (channel.confirms) {
    output.confirmed(channel.id, tag, false, took == queues.size(), message);
  }
  for (Queue* queue : queues) drain(*queue, now);
  finish(now);
}

void Broker::prefetch(ConnectionId from, RequestNumber request, std::uint16_t count,
                      TimePoint now) {
  state_->read(from, now, [this, request, count](Channel& channel, TimePoint /*then*/) {
    channel.prefetch = count;
    state_->output.completed(channel.id, request);
  });
}

void Broker::consume(ConnectionId from, RequestNumber request, const std::string& queue,
                     const std::string& consumer_tag, TimePoint now) {
  state_->read(from, now, [this, request, queue, consumer_tag](Channel& channel, TimePoint then) {
    state_->consume(channel, request, queue, consumer_tag, then);
  });
}

void Broker::State::consume(Channel& channel, RequestNumber request, const std::string& name,
                            const std::string& consumer_tag, TimePoint now) {
  if (auto refused = replies::bad_name(consumer_tag)) return end(channel, std::move(refused), now);
  if (!consumer_tag.empty() && channel.consumer(consumer_tag) != nullptr) {
    return end(channel, replies::consumer_tag_in_use(consumer_tag), now);
  }
  const std::shared_ptr<Queue> found = usable_queue(channel, name, now);
  if (found == nullptr) return;
  const std::string tag =
      consumer_tag.empty() ? fmt::format("amq.ctag-{}", ++channel.last_consumer) : consumer_tag;
  channel.consumers.push_back(
      {.channel = channel, .tag = tag, .queue = found, .prefetch = channel.prefetch});
  found->consumers().add(channel.consumers.back());
  found->touch(now);
  output.completed(channel.id, request);
  drain(*found, now);
  finish(now);
}

void Broker::cancel(ConnectionId from, RequestNumber request, const std::string& consumer_tag,
                    TimePoint now) {
  state_->read(from, now, [this, request, consumer_tag](Channel& channel, TimePoint then) {
    Consumer* consumer = channel.consumer(consumer_tag);
    // As in RabbitMQ, a consumer that is not there is as good as cancelled.
    if (consumer == nullptr) return state_->output.completed(channel.id, request);
    const std::shared_ptr<Queue> queue = consumer->queue;
    queue->consumers().remove(*consumer);
    channel.forget(*consumer);
    state_->output.completed(channel.id, request);
    state_->after_consumer_left(queue, then);
    state_->finish(then);
  });
}

}  // namespace castaway::sim
