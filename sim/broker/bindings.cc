// What is bound to what, and what goes when a binding does.
// Source: RabbitMQ, rabbit_channel:binding_action, rabbit_exchange:maybe_auto_delete.

#include <memory>
#include <utility>
#include <vector>

#include "state.h"
#include "words/erlang_values.h"

namespace castaway::sim {
namespace {

template <class Method>
Binding binding_of(const Method& method) {
  return {.key = method.routing_key, .arguments = erlang::sorted(method.arguments)};
}

}  // namespace

Exchange& Broker::State::bindable(const std::string& name) {
  if (name.empty()) throw replies::default_exchange();
  const auto exchange = exchanges.find(name);
  if (exchange == exchanges.end()) throw replies::not_found(exchange_words(name));
  return exchange->second;
}

void Broker::State::bind(Exchange& source, const Destination& to, Binding binding) {
  if (source.declaration().type == "headers") {
    if (auto refused = bad_headers_binding(binding.arguments)) throw *refused;
  }
  forget_unbound(source.declaration().exchange, to, binding);
  source.bind(to, std::move(binding));
}

void Broker::State::on(Channel& channel, const amqp::QueueBind& method, TimePoint /*now*/) {
  // Without a queue and without a key, both are those of the queue that was declared last.
  const bool by_its_name = method.queue.empty() && method.routing_key.empty();
  replies::check_name(method.routing_key);
  Exchange& exchange = bindable(method.exchange);
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
  Binding binding = binding_of(method);
  if (by_its_name) binding.key = queue->name();
  bind(exchange, {.name = queue->name()}, std::move(binding));
  if (!method.no_wait) output.say(channel.id(), amqp::QueueBindOk{});
}

void Broker::State::on(Channel& channel, const amqp::QueueUnbind& method, TimePoint /*now*/) {
  if (method.exchange.empty()) throw replies::default_exchange();
  const std::string& queue = method.queue.empty() ? channel.last_queue : method.queue;
  unbind(method.exchange, {.name = queue}, binding_of(method));
  output.say(channel.id(), amqp::QueueUnbindOk{});
}

void Broker::State::on(Channel& channel, const amqp::ExchangeBind& method, TimePoint /*now*/) {
  replies::check_name(method.routing_key);
  if (method.destination.empty()) throw replies::default_exchange();
  Exchange& source = bindable(method.source);
  static_cast<void>(bindable(method.destination));
  bind(source, {.is_exchange = true, .name = method.destination}, binding_of(method));
  if (!method.no_wait) output.say(channel.id(), amqp::ExchangeBindOk{});
}

void Broker::State::on(Channel& channel, const amqp::ExchangeUnbind& method, TimePoint /*now*/) {
  if (method.destination.empty() || method.source.empty()) throw replies::default_exchange();
  unbind(method.source, {.is_exchange = true, .name = method.destination}, binding_of(method));
  if (!method.no_wait) output.say(channel.id(), amqp::ExchangeUnbindOk{});
}

void Broker::State::unbind(const std::string& source, const Destination& to,
                           const Binding& binding) {
  // As in RabbitMQ, what is not there is as good as unbound.
  const auto place = exchanges.find(source);
  if (place != exchanges.end()) after_unbinding(source, place->second.unbind(to, binding));
  forget_unbound(source, to, binding);
}

void Broker::State::unbind_everywhere(const Destination& gone) {
  std::vector<std::string> last;
  for (auto& [name, exchange] : exchanges) {
    if (exchange.unbind(gone)) last.push_back(name);
  }
  for (const std::string& name : last) after_unbinding(name, true);
}

void Broker::State::after_unbinding(const std::string& exchange, bool was_last) {
  const auto place = exchanges.find(exchange);
  if (place == exchanges.end() || !was_last || !place->second.declaration().auto_delete) return;
  remove_exchange(exchange);
}

void Broker::State::remove_exchange(const std::string& name) {
  exchanges.erase(name);
  unbind_everywhere({.is_exchange = true, .name = name});
}

}  // namespace castaway::sim
