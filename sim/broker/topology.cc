// What a connection asks of the broker about exchanges, queues and bindings.

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "castaway/sim/broker.h"

#include "arguments.h"
#include "replies.h"
#include "state.h"

namespace castaway::sim {
namespace {

bool is_reserved(std::string_view name) { return name.starts_with("amq."); }

bool is_exchange_type(std::string_view type) {
  return type == "direct" || type == "fanout" || type == "topic";
}

std::optional<Closed> wrong_queue(const QueueDeclaration& declaration) {
  if (declaration.queue.empty()) return replies::queue_without_a_name();
  if (is_reserved(declaration.queue)) return replies::reserved_name("queue", declaration.queue);
  return refusal_of_arguments(declaration);
}

std::optional<Closed> wrong_alternate(const ExchangeDeclaration& declaration) {
  const auto alternate = declaration.arguments.find("alternate-exchange");
  const bool wrong = alternate != declaration.arguments.end() &&
                     !std::holds_alternative<std::string>(alternate->second);
  if (!wrong) return std::nullopt;
  return replies::invalid_exchange_argument(
      alternate->first, replies::exchange(declaration.exchange), alternate->second);
}

}  // namespace

void Broker::declare_exchange(ConnectionId from, RequestNumber request,
                              const ExchangeDeclaration& declaration, TimePoint now) {
  state_->read(from, now, [this, request, declaration](Channel& channel, TimePoint then) {
    auto refused = state_->declare(declaration);
    if (refused.has_value()) return state_->end(channel, std::move(refused), then);
    state_->output.completed(channel.id, request);
  });
}

std::optional<Closed> Broker::State::declare(const ExchangeDeclaration& declaration) {
  const std::string& name = declaration.exchange;
  if (auto refused = replies::bad_name(name)) return refused;
  if (!declaration.passive && !is_exchange_type(declaration.type)) {
    return replies::unknown_exchange_type(declaration.type);
  }
  if (name.empty()) return replies::default_exchange();
  const auto current = exchanges.find(name);
  const bool exists = current != exchanges.end();
  if (declaration.passive) {
    return exists ? std::nullopt : std::optional(replies::not_found(replies::exchange(name)));
  }
  if (exists) return replies::difference(current->second.declaration(), declaration);
  if (is_reserved(name)) return replies::reserved_name("exchange", name);
  if (auto refused = wrong_alternate(declaration)) return refused;
  exchanges.try_emplace(name, declaration);
  return std::nullopt;
}

void Broker::delete_exchange(ConnectionId from, RequestNumber request, const std::string& exchange,
                             TimePoint now) {
  state_->read(from, now, [this, request, exchange](Channel& channel, TimePoint then) {
    if (exchange.empty()) return state_->end(channel, replies::default_exchange(), then);
    if (is_reserved(exchange)) {
      return state_->end(channel, replies::system_exchange(exchange), then);
    }
    // As in RabbitMQ, what is not there is as good as deleted.
    state_->exchanges.erase(exchange);
    state_->output.completed(channel.id, request);
  });
}

void Broker::declare_queue(ConnectionId from, RequestNumber request,
                           const QueueDeclaration& declaration, TimePoint now) {
  state_->read(from, now, [this, request, declaration](Channel& channel, TimePoint then) {
    const std::shared_ptr<Queue> queue = state_->declare(channel, declaration, then);
    if (queue == nullptr) return;
    queue->touch(then);
    state_->drain(*queue, then);  // for what has expired at its head
    state_->output.completed(channel.id, request);
    state_->finish(then);
  });
}

std::shared_ptr<Queue> Broker::State::declare(Channel& channel, const QueueDeclaration& declaration,
                                              TimePoint now) {
  const auto refuse = [&](std::optional<Closed> refused) {
    end(channel, std::move(refused), now);
    return nullptr;
  };
  if (auto refused = replies::bad_name(declaration.queue)) return refuse(std::move(refused));
  if (declaration.passive || queues.contains(declaration.queue)) {
    std::shared_ptr<Queue> found = usable_queue(channel, declaration.queue, now);
    if (found == nullptr || declaration.passive) return found;
    auto differs = replies::difference(found->declaration(), declaration);
    return differs.has_value() ? refuse(std::move(differs)) : found;
  }
  if (auto refused = wrong_queue(declaration)) return refuse(std::move(refused));
  auto made =
      std::make_shared<Queue>(declaration, declaration.exclusive ? channel.id : 0, ++last_queue);
  queues.emplace(declaration.queue, made);
  if (declaration.exclusive) channel.exclusive.insert(declaration.queue);
  return made;
}

void Broker::bind_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                        const std::string& exchange, const std::string& routing_key,
                        TimePoint now) {
  state_->read(from, now,
               [this, request, queue, exchange, routing_key](Channel& channel, TimePoint then) {
                 if (!state_->may_bind(channel, queue, exchange, routing_key, then)) return;
                 state_->exchanges.find(exchange)->second.bind(queue, routing_key);
                 state_->output.completed(channel.id, request);
               });
}

bool Broker::State::may_bind(Channel& channel, const std::string& queue,
                             const std::string& exchange, const std::string& routing_key,
                             TimePoint now) {
  std::optional<Closed> refused = replies::bad_name(routing_key);
  if (!refused.has_value() && exchange.empty()) refused = replies::default_exchange();
  if (!refused.has_value() && !exchanges.contains(exchange)) {
    refused = replies::not_found(replies::exchange(exchange));
  }
  if (!refused.has_value()) return usable_queue(channel, queue, now) != nullptr;
  end(channel, std::move(refused), now);
  return false;
}

void Broker::unbind_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                          const std::string& exchange, const std::string& routing_key,
                          TimePoint now) {
  state_->read(from, now,
               [this, request, queue, exchange, routing_key](Channel& channel, TimePoint then) {
                 if (exchange.empty()) {
                   return state_->end(channel, replies::default_exchange(), then);
                 }
                 // As in RabbitMQ, what is not there is as good as unbound.
                 const auto place = state_->exchanges.find(exchange);
                 if (place != state_->exchanges.end()) {
                   state_->after_unbinding(exchange, place->second.unbind(queue, routing_key));
                 }
                 state_->output.completed(channel.id, request);
               });
}

void Broker::delete_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                          TimePoint now) {
  state_->read(from, now, [this, request, queue](Channel& channel, TimePoint then) {
    // As in RabbitMQ, what is not there is as good as deleted.
    if (state_->queue(queue) != nullptr) {
      const std::shared_ptr<Queue> found = state_->usable_queue(channel, queue, then);
      if (found == nullptr) return;
      state_->remove(found);
    }
    state_->output.completed(channel.id, request);
    state_->finish(then);
  });
}

}  // namespace castaway::sim
