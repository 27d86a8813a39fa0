#include "state.h"

namespace castaway::sim {

Broker::State::State(BrokerOutput& to, QueueFaults& asked) : output(to), faults(asked) {
  const auto predeclare = [this](const std::string& name, const std::string& type,
                                 bool internal = false) {
    exchanges.try_emplace(
        name, amqp::ExchangeDeclare{
                  .exchange = name, .type = type, .durable = true, .internal = internal});
  };
  for (const std::string type : {"direct", "fanout", "topic", "headers"})
    predeclare("amq." + type, type);
  predeclare("amq.match", "headers");
  predeclare("amq.rabbitmq.trace", "topic", true);
}

BrokerConnection* Broker::State::connection(ConnectionId id) {
  const auto place = connections.find(id);
  return place == connections.end() ? nullptr : &place->second;
}

std::shared_ptr<Queue> Broker::State::queue(std::string_view name) const {
  const auto place = queues.find(name);
  return place == queues.end() ? nullptr : place->second;
}

std::shared_ptr<Queue> Broker::State::usable_queue(const Channel& channel,
                                                   std::string_view name) const {
  if (auto refused = replies::bad_name(name)) throw *refused;
  if (name.empty()) {
    if (channel.last_queue.empty()) throw replies::no_queue_declared();
    name = channel.last_queue;
  }
  std::shared_ptr<Queue> found = queue(name);
  if (found == nullptr) throw replies::not_found(replies::queue(name));
  const bool is_anothers = found->owner() != 0 && found->owner() != channel.connection.id;
  if (is_anothers) throw replies::resource_locked(replies::queue(name));
  if (found->is_away()) throw replies::home_is_down(found->home(), replies::queue(name));
  return found;
}

}  // namespace castaway::sim
