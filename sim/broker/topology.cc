// What a connection asks of the broker about exchanges and queues.

#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "state.h"
#include "words/arguments.h"
#include "words/names.h"

namespace castaway::sim {
namespace {

void check_alternate(const amqp::ExchangeDeclare& declaration, const std::string& what) {
  const amqp::FieldValue* const alternate = declaration.arguments.find("alternate-exchange");
  if (alternate == nullptr || alternate->get<std::string>() != nullptr) return;
  throw replies::invalid_exchange_argument("alternate-exchange", what, *alternate);
}

}  // namespace

void Broker::State::on(Channel& channel, const amqp::ExchangeDeclare& method, TimePoint /*now*/) {
  declare(method);
  if (!method.no_wait) output.say(channel.id(), amqp::ExchangeDeclareOk{});
}

void Broker::State::declare(const amqp::ExchangeDeclare& declaration) {
  const std::string& name = declaration.exchange;
  replies::check_name(name);
  if (!declaration.passive && !is_exchange_type(declaration.type))
    throw replies::unknown_exchange_type(declaration.type);
  if (name.empty()) throw replies::default_exchange();
  const auto current = exchanges.find(name);
  const bool exists = current != exchanges.end();
  if (declaration.passive) {
    if (!exists) throw replies::not_found(exchange_words(name));
    return;
  }
  if (exists) {
    const auto differs =
        replies::difference(exchange_words(name), current->second.declaration(), declaration);
    if (differs.has_value()) throw *differs;
    return;
  }
  if (is_reserved(name)) throw replies::reserved_name("exchange", name);
  check_alternate(declaration, exchange_words(name));
  exchanges.try_emplace(name, declaration);
}

void Broker::State::on(Channel& channel, const amqp::ExchangeDelete& method, TimePoint /*now*/) {
  if (method.exchange.empty()) throw replies::default_exchange();
  if (is_reserved(method.exchange)) throw replies::system_exchange(exchange_words(method.exchange));
  const auto found = exchanges.find(method.exchange);
  // As in RabbitMQ, what is not there is as good as deleted.
  if (found != exchanges.end()) {
    if (method.if_unused && found->second.is_bound())
      throw replies::in_use(exchange_words(method.exchange));
    remove_exchange(method.exchange);
  }
  if (!method.no_wait) output.say(channel.id(), amqp::ExchangeDeleteOk{});
}

void Broker::State::on(Channel& channel, const amqp::QueueDeclare& method, TimePoint now) {
  if (method.queue.starts_with(direct_reply_to)) return declare_replies(channel, method);
  const std::shared_ptr<Queue> queue = declare(channel, method);
  channel.last_queue = queue->name();
  queue->touch(now);
  drain(*queue, now);  // for what has expired at its head
  if (!method.no_wait) {
    const auto ready = static_cast<std::uint32_t>(queue->ready());
    const auto consumers = static_cast<std::uint32_t>(queue->consumers().all().size());
    output.say(channel.id(), amqp::QueueDeclareOk{queue->name(), ready, consumers});
  }
  finish(now);
}

std::string Broker::State::next_queue_name() const {
  return fmt::format("amq.gen-{}", last_name + 1);
}

std::shared_ptr<Queue> Broker::State::declare(Channel& channel, amqp::QueueDeclare declaration) {
  std::string& name = declaration.queue;
  replies::check_name(name);
  if (declaration.passive) {
    // As in RabbitMQ, an empty name stands for no other here.
    if (name.empty()) throw replies::not_found(queue_words(name));
    return usable_queue(channel, name);
  }
  if (name.empty()) {
    name = next_queue_name();
    ++last_name;
  } else if (is_reserved(name)) {
    throw replies::reserved_name("queue", name);
  }
  if (queues.contains(name)) {
    std::shared_ptr<Queue> found = usable_queue(channel, name);
    const auto differs = replies::difference(queue_words(name), found->declaration(), declaration);
    if (differs.has_value()) throw *differs;
    return found;
  }
  if (auto refused = refusal_of_arguments(declaration, queue_words(name))) throw *refused;
  const ConnectionId owner = declaration.exclusive ? channel.connection.id : 0;
  if (declaration.exclusive) channel.connection.exclusive.insert(name);
  auto made =
      std::make_shared<Queue>(std::move(declaration), owner, ++last_queue, channel.connection.node);
  queues.emplace(made->name(), made);
  return made;
}

void Broker::State::on(Channel& channel, const amqp::QueuePurge& method, TimePoint now) {
  const std::shared_ptr<Queue> queue = usable_queue(channel, method.queue);
  const auto purged = static_cast<std::uint32_t>(purge(*queue));
  if (!method.no_wait) output.say(channel.id(), amqp::QueuePurgeOk{purged});
  finish(now);
}

void Broker::State::on(Channel& channel, const amqp::QueueDelete& method, TimePoint now) {
  std::uint32_t deleted = 0;
  // As in RabbitMQ, what is not there is as good as deleted.
  if (method.queue.empty() || queue(method.queue) != nullptr) {
    const std::shared_ptr<Queue> found = usable_queue(channel, method.queue);
    const std::string what = queue_words(found->name());
    if (method.if_unused && !found->consumers().all().empty()) throw replies::in_use(what);
    if (method.if_empty && found->ready() > 0) throw replies::not_empty(what);
    deleted = static_cast<std::uint32_t>(found->ready());
    remove(found);
  }
  if (!method.no_wait) output.say(channel.id(), amqp::QueueDeleteOk{deleted});
  finish(now);
}

}  // namespace castaway::sim
