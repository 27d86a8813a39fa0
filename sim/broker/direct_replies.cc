// Direct reply-to: replies that go to a channel without a queue.
//
// Who consumes from amq.rabbitmq.reply-to gets an address; it stands in the requests of that
// channel in place of this name, and what is published to it goes straight to the channel. Source:
// RabbitMQ, direct reply-to; rabbit_channel:deliver_reply.

#include <string>
#include <utility>

#include <fmt/format.h>

#include "state.h"

namespace castaway::sim {

void Broker::State::consume_replies(Channel& channel, const amqp::BasicConsume& method) {
  if (!method.no_ack) throw replies::precondition_failed("reply consumer cannot acknowledge");
  if (channel.reply_consumer.has_value())
    throw replies::precondition_failed("reply consumer already set");
  const std::string tag = method.consumer_tag.empty()
                              ? fmt::format("amq.ctag-{}", ++channel.last_consumer)
                              : method.consumer_tag;
  channel.reply_consumer = {.tag = tag,
                            .address = fmt::format("{}{}", direct_reply_prefix, ++last_address)};
  reply_consumers.emplace(channel.reply_consumer->address, &channel);
  if (!method.no_wait) output.say(channel.id(), amqp::BasicConsumeOk{tag});
}

bool Broker::State::cancel_replies(Channel& channel, const std::string& tag) {
  if (!channel.reply_consumer.has_value() || channel.reply_consumer->tag != tag) return false;
  reply_consumers.erase(channel.reply_consumer->address);
  channel.reply_consumer.reset();
  return true;
}

void Broker::State::declare_replies(const Channel& channel, const amqp::QueueDeclare& method) {
  const bool exists = method.queue == direct_reply_to || reply_consumers.contains(method.queue);
  if (!exists) throw replies::not_found(queue_words(method.queue));
  if (!method.no_wait) output.say(channel.id(), amqp::QueueDeclareOk{method.queue, 0, 1});
}

void Broker::State::answer(const std::string& address, const Arrival& reply) {
  const auto found = reply_consumers.find(address);
  if (found == reply_consumers.end()) return;
  const Channel& channel = *found->second;
  const auto& publication = reply.publication;
  output.deliver(channel.id(),
                 {.method = {.consumer_tag = channel.reply_consumer->tag,
                             // As in RabbitMQ, which counts it not: there is nothing to settle.
                             .delivery_tag = channel.last_delivery_tag + 1,
                             .exchange = publication->exchange,
                             .routing_key = publication->routing_key},
                  .content = {publication, &publication->message},
                  .queue = address,
                  .message = reply.message,
                  .no_ack = true});
  output.settled(0, reply.message, 1, true, false);
}

}  // namespace castaway::sim
