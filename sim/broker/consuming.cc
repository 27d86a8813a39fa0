// Who consumes what: basic.qos, basic.consume, basic.cancel; and basic.get, for which nobody
// consumes.

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "state.h"
#include "words/arguments.h"

namespace castaway::sim {
namespace {

/// Source: AMQP 0-9-1, 1.8.3.3 basic.consume, exclusive.
bool may_not_share(Queue& queue, bool exclusive) {
  const std::vector<Consumer*>& others = queue.consumers().all();
  if (exclusive && queue.arguments().single_active_consumer) return true;
  return !others.empty() && (exclusive || others.front()->exclusive);
}

}  // namespace

void Broker::State::on(Channel& channel, const amqp::BasicQos& method, TimePoint now) {
  if (method.prefetch_size != 0) {
    throw replies::not_implemented(fmt::format("prefetch_size!=0 ({})", method.prefetch_size));
  }
  // As in RabbitMQ, one that is not global lifts the limit of the channel.
  const std::uint16_t before =
      std::exchange(channel.limit, method.global ? method.prefetch_count : std::uint16_t{0});
  if (!method.global) channel.prefetch = method.prefetch_count;
  // So it counts in RabbitMQ, too: what was fetched only if it was before.
  if (before == 0) channel.limited = channel.unacknowledged.size();
  output.say(channel.id(), amqp::BasicQosOk{});
  if (before == 0) return;
  resume(channel, now);
  finish(now);
}

void Broker::State::resume(Channel& channel, TimePoint now) {
  Touched waiting;
  for (const Consumer& each : channel.consumers) {
    if (!each.gone) waiting.emplace(each.queue->number(), each.queue);
  }
  for (const auto& [number, queue] : waiting) {
    queue->consumers().resume(channel);
    drain(*queue, now);
  }
}

void Broker::State::on(Channel& channel, const amqp::BasicConsume& method, TimePoint now) {
  if (auto refused = replies::bad_name(method.consumer_tag)) throw *refused;
  if (!method.consumer_tag.empty() && channel.consumer(method.consumer_tag) != nullptr)
    throw replies::consumer_tag_in_use(method.consumer_tag);
  if (method.queue == direct_reply_to) return consume_replies(channel, method);
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
  if (auto refused =
          refusal_of_arguments(method, queue_words(queue->name()), queue->arguments().quorum))
    throw *refused;
  if (may_not_share(*queue, method.exclusive))
    throw replies::in_exclusive_use(queue_words(queue->name()));
  const std::string tag = method.consumer_tag.empty()
                              ? fmt::format("amq.ctag-{}", ++channel.last_consumer)
                              : method.consumer_tag;
  // Who does not acknowledge has nothing outstanding.
  const std::uint16_t prefetch = method.no_ack ? std::uint16_t{0} : channel.prefetch;
  channel.consumers.push_back({.channel = channel,
                               .tag = tag,
                               .queue = queue,
                               .no_ack = method.no_ack,
                               .exclusive = method.exclusive,
                               .priority = consumer_priority(method),
                               .prefetch = prefetch});
  queue->consumers().add(channel.consumers.back());
  queue->touch(now);
  output.consumes(channel.connection.id, queue->name());
  if (!method.no_wait) output.say(channel.id(), amqp::BasicConsumeOk{tag});
  drain(*queue, now);
  finish(now);
}

void Broker::State::on(Channel& channel, const amqp::BasicCancel& method, TimePoint now) {
  const auto done = [&] {
    if (!method.no_wait) output.say(channel.id(), amqp::BasicCancelOk{method.consumer_tag});
  };
  Consumer* consumer = channel.consumer(method.consumer_tag);
  // As in RabbitMQ, a consumer that is not there is as good as cancelled.
  if (cancel_replies(channel, method.consumer_tag) || consumer == nullptr) return done();
  const std::shared_ptr<Queue> queue = consumer->queue;
  queue->consumers().remove(*consumer);
  channel.forget(*consumer);
  done();
  after_consumer_left(queue, now);
  finish(now);
}

void Broker::State::on(Channel& channel, const amqp::BasicGet& method, TimePoint now) {
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
  if (queue->arguments().quorum && queue->arguments().single_active_consumer)
    throw replies::not_to_be_fetched(queue_words(queue->name()));
  queue->touch(now);
  if (std::optional<Queue::Copy> copy = queue->get(channel.connection.id, now)) {
    BrokerDelivery delivery = delivery_of(copy->mapped(), *queue, ++channel.last_delivery_tag);
    delivery.left = static_cast<std::uint32_t>(queue->ready());
    delivery.no_ack = method.no_ack;
    send(channel, std::move(delivery), *std::move(copy), {.queue = queue, .since = now});
  } else {
    output.say(channel.id(), amqp::BasicGetEmpty{});
  }
  drain(*queue, now);  // for what has expired
  finish(now);
}

}  // namespace castaway::sim
