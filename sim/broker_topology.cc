// What a connection asks of the broker about exchanges, queues and bindings.

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "castaway/sim/broker.h"

#include "broker_replies.h"
#include "broker_state.h"

namespace castaway::sim {
namespace {

bool is_reserved(std::string_view name) { return name.starts_with("amq."); }

bool is_exchange_type(std::string_view type) {
  return type == "direct" || type == "fanout" || type == "topic";
}

/// Why no such queue can be made; nothing if it can.
std::optional<Closed> refusal(const QueueDeclaration& declaration) {
  if (declaration.queue.empty()) return replies::queue_without_a_name();
  if (is_reserved(declaration.queue)) return replies::reserved_name("queue", declaration.queue);
  const auto expires = declaration.arguments.find("x-expires");
  if (expires == declaration.arguments.end()) return std::nullopt;
  return replies::bad_expires(declaration.queue, expires->second);
}

std::optional<Closed> refusal(const ExchangeDeclaration& declaration) {
  if (!is_exchange_type(declaration.type)) return replies::unknown_exchange_type(declaration.type);
  if (declaration.exchange.empty()) return replies::default_exchange();
  return std::nullopt;
}

}  // namespace

void Broker::declare_exchange(ConnectionId from, RequestNumber request,
                              const ExchangeDeclaration& declaration, TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  std::optional<Closed> refused = refusal(declaration);
  const auto current = state_->exchanges.find(declaration.exchange);
  const bool exists = current != state_->exchanges.end();
  if (!refused.has_value() && exists) {
    refused = replies::difference(current->second.declaration(), declaration);
  } else if (!refused.has_value() && is_reserved(declaration.exchange)) {
    refused = replies::reserved_name("exchange", declaration.exchange);
  }
  if (refused.has_value()) return state_->end(*channel, refused, now);

  if (!exists) state_->exchanges.try_emplace(declaration.exchange, declaration);
  state_->output.completed(from, request);
}

void Broker::declare_queue(ConnectionId from, RequestNumber request,
                           const QueueDeclaration& declaration, TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  std::shared_ptr<Queue> queue = state_->queue(declaration.queue);
  if (declaration.passive || queue != nullptr) {
    queue = state_->usable_queue(*channel, declaration.queue, now);
    if (queue == nullptr) return;
    if (!declaration.passive) {
      auto differs = replies::difference(queue->declaration(), declaration);
      if (differs.has_value()) return state_->end(*channel, std::move(differs), now);
    }
  } else {
    auto refused = refusal(declaration);
    if (refused.has_value()) return state_->end(*channel, std::move(refused), now);
    queue = std::make_shared<Queue>(declaration, declaration.exclusive ? from : 0,
                                    ++state_->last_queue);
    state_->queues.emplace(declaration.queue, queue);
    if (declaration.exclusive) channel->exclusive.insert(declaration.queue);
  }
  queue->touch(now);
  state_->schedule(*queue);
  state_->output.completed(from, request);
  state_->ask();
}

void Broker::bind_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                        const std::string& exchange, const std::string& routing_key,
                        TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  if (exchange.empty()) return state_->end(*channel, replies::default_exchange(), now);
  const auto place = state_->exchanges.find(exchange);
  if (place == state_->exchanges.end()) {
    return state_->end(*channel, replies::not_found(replies::exchange(exchange)), now);
  }
  if (state_->usable_queue(*channel, queue, now) == nullptr) return;
  place->second.bind(queue, routing_key);
  state_->output.completed(from, request);
}

void Broker::delete_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                          TimePoint now) {
  Channel* channel = state_->channel(from);
  if (channel == nullptr) return;
  // As in RabbitMQ, what is not there is as good as deleted.
  if (state_->queue(queue) != nullptr) {
    const std::shared_ptr<Queue> found = state_->usable_queue(*channel, queue, now);
    if (found == nullptr) return;
    state_->remove(found);
  }
  state_->output.completed(from, request);
  state_->ask();
}

}  // namespace castaway::sim
