// basic.get: someone asks for one message, without being a consumer.

#include <memory>
#include <optional>
#include <utility>

#include "state.h"

namespace castaway::sim {

void Broker::State::on(Channel& channel, const amqp::BasicGet& method, TimePoint now) {
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
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
