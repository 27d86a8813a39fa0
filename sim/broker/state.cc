#include "state.h"

#include <utility>

namespace castaway::sim {

Broker::State::State(std::string name, const BrokerConditions& of_broker, BrokerOutput& to,
                     QueueFaults& asked)
    : virtual_host(std::move(name)), conditions(of_broker), output(to), faults(asked) {
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

std::string Broker::State::queue_words(std::string_view name) const {
  return replies::queue(name, virtual_host);
}

std::string Broker::State::exchange_words(std::string_view name) const {
  return replies::exchange(name, virtual_host);
}

std::shared_ptr<Queue> Broker::State::usable_queue(const Channel& channel,
                                                   std::string_view name) const {
  if (auto refused = replies::bad_name(name)) throw *refused;
  if (name.empty()) {
    if (channel.last_queue.empty()) throw replies::no_queue_declared();
    name = channel.last_queue;
  }
  std::shared_ptr<Queue> found = queue(name);
  if (found == nullptr) throw replies::not_found(queue_words(name));
  const bool is_anothers = found->owner() != 0 && found->owner() != channel.connection.id;
  if (is_anothers) throw replies::resource_locked(queue_words(name));
  if (found->is_away()) throw replies::home_is_down(found->home(), queue_words(name));
  return found;
}

}  // namespace castaway::sim
