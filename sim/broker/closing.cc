// How things end: a connection, a channel, a consumer, a queue, and what goes with them.

#include <memory>
#include <utility>

#include "state.h"

namespace castaway::sim {

void Broker::State::on(Channel& channel, const amqp::ChannelClose& /*method*/, TimePoint now) {
  Touched touched;
  give_back(channel, touched, now);
  output.say(channel.id(), amqp::ChannelCloseOk{});
  BrokerConnection& connection = channel.connection;
  connection.channels.erase(channel.number);
  for (const auto& [number, queue] : touched) after_consumer_left(queue, now);
  finish(now);
}

void Broker::State::close(Channel& channel, const amqp::ChannelClose& why, TimePoint now) {
  Touched touched;
  give_back(channel, touched, now);
  channel.consumers.clear();
  channel.unacknowledged.clear();
  channel.closing = true;
  output.say(channel.id(), why);
  for (const auto& [number, queue] : touched) after_consumer_left(queue, now);
  finish(now);
}

void Broker::State::end(BrokerConnection& connection, const std::optional<amqp::Method>& said,
                        TimePoint now) {
  const auto node = connections.extract(connection.id);
  Touched touched;
  for (auto& [number, channel] : connection.channels) give_back(channel, touched, now);
  for (const auto& [name, queue] : queues) {
    if (queue->let_go_of(connection.id)) touched.emplace(queue->number(), queue);
  }
  if (said.has_value()) output.say({connection.id, 0}, *said);
  for (const std::string& name : connection.exclusive) {
    if (const auto own = queue(name); own != nullptr && own->owner() == connection.id) remove(own);
  }
  for (const auto& [number, queue] : touched) after_consumer_left(queue, now);
  finish(now);
}

void Broker::State::give_back(Channel& channel, Touched& touched, TimePoint now) {
  channel.roll_back();
  if (const auto& replies = channel.reply_consumer) reply_consumers.erase(replies->address);
  for (Consumer& consumer : channel.consumers) {
    if (!consumer.gone) consumer.queue->consumers().remove(consumer);
    touched.emplace(consumer.queue->number(), consumer.queue);
  }
  for (auto& [tag, delivery] : channel.unacknowledged) {
    touched.emplace(delivery.queue->number(), delivery.queue);
    delivery.queue->settled(delivery.consumer);
    take_back(*delivery.queue, std::move(delivery.copy), now);
  }
}

void Broker::State::take_back(Queue& queue, Queue::Copy copy, TimePoint now) {
  std::optional<Placement> placement =
      faults.take_back(returning(copy), queue.name(), *copy.mapped().publication, now);
  if (placement.has_value()) queue.requeue(std::move(copy), *std::move(placement), now);
}

void Broker::State::after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now) {
  if (queue->removed()) return;
  if (queue->consumers().all().empty()) {
    if (queue->declaration().auto_delete && queue->consumers().had_any()) return remove(queue);
    if (queue->lapses() == never) queue->touch(now);
  }
  queue->trim(now);
  drain(*queue, now);
}

void Broker::State::remove(const std::shared_ptr<Queue>& queue) {
  const std::vector<Consumer*> consumers = queue->consumers().all();
  for (Consumer* consumer : consumers) {
    queue->consumers().remove(*consumer);
    output.say(consumer->channel.id(), amqp::BasicCancel{.consumer_tag = consumer->tag});
  }
  tell_losses(*queue);
  for (const CarriedPtr& message : queue->waiting())
    output.dropped(message, queue->name(), reason::queue_gone);
  queue->remove();
  schedule(*queue);
  unbind_everywhere({.name = queue->name()});
  forget_unbound({.name = queue->name()});
  queues.erase(queues.find(queue->name()));
  if (BrokerConnection* const owner = connection(queue->owner()))
    owner->exclusive.erase(queue->name());
  output.removed(queue->name());
  for (Consumer* consumer : consumers) consumer->channel.forget(*consumer);
}

}  // namespace castaway::sim
