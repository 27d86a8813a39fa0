// Who consumes what: basic.qos, basic.consume, basic.cancel.

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "state.h"

namespace castaway::sim {
namespace {

/// Source: AMQP 0-9-1, 1.8.3.3 basic.consume, exclusive.
bool may_not_share(Queue& queue, bool exclusive) {
  const std::vector<Consumer*>& others = queue.consumers().all();
  return !others.empty() && (exclusive || others.front()->exclusive);
}

}  // namespace

void Broker::State::on(Channel& channel, const amqp::BasicQos& method, TimePoint /*now*/) {
  if (method.prefetch_size != 0) {
    throw replies::not_implemented(fmt::format("prefetch_size!=0 ({})", method.prefetch_size));
  }
  if (method.global) throw replies::not_implemented("basic.qos with global=true");
  channel.prefetch = method.prefetch_count;
  output.say(channel.id(), amqp::BasicQosOk{});
}

void Broker::State::on(Channel& channel, const amqp::BasicConsume& method, TimePoint now) {
  if (auto refused = replies::bad_name(method.consumer_tag)) throw *refused;
  if (!method.consumer_tag.empty() && channel.consumer(method.consumer_tag) != nullptr)
    throw replies::consumer_tag_in_use(method.consumer_tag);
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
  if (may_not_share(*queue, method.exclusive))
    throw replies::in_exclusive_use(replies::queue(queue->name()));
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
  if (consumer == nullptr) return done();
  const std::shared_ptr<Queue> queue = consumer->queue;
  queue->consumers().remove(*consumer);
  channel.forget(*consumer);
  done();
  after_consumer_left(queue, now);
  finish(now);
}

}  // namespace castaway::sim
