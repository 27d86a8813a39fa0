// What an operator or an accident breaks in part: a consumer, a binding, a channel, what waits in a
// queue, a node. Each leaves something that looks whole from one side.

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "dead_letters.h"
#include "state.h"

namespace castaway::sim {
namespace {

using Queues = std::vector<std::shared_ptr<Queue>>;

/// Those that are on no other node.
Queues queues_on(std::uint64_t node,
                 const std::map<std::string, std::shared_ptr<Queue>, std::less<>>& all) {
  Queues found;
  for (const auto& [name, queue] : all) {
    if (queue->home() == node && !queue->arguments().quorum) found.push_back(queue);
  }
  return found;
}

}  // namespace

std::vector<ConnectionId> Broker::cancel_consumers(const std::string& queue,
                                                   const std::function<bool(ConnectionId)>& of,
                                                   TimePoint now) {
  std::vector<ConnectionId> told;
  const std::shared_ptr<Queue> found = state_->queue(queue);
  if (found == nullptr) return told;
  const std::vector<Consumer*> consumers = found->consumers().all();
  for (Consumer* const consumer : consumers) {
    Channel& channel = consumer->channel;
    const ConnectionId id = channel.connection.id;
    if (!of(id)) continue;
    if (std::ranges::count(told, id) == 0) told.push_back(id);
    found->consumers().remove(*consumer);
    state_->output.say(channel.id(), amqp::BasicCancel{.consumer_tag = consumer->tag});
    channel.forget(*consumer);
  }
  if (!told.empty()) state_->after_consumer_left(found, now);
  state_->finish(now);
  return told;
}

std::size_t Broker::unbind(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key, TimePoint now) {
  std::size_t removed = 0;
  std::vector<std::string> emptied;
  for (auto& [name, from] : state_->exchanges) {
    const Destination to = {.name = queue};
    const auto bound = from.bindings().find(to);
    if (bound == from.bindings().end() || (!exchange.empty() && name != exchange)) continue;
    const std::vector<Binding> bindings = bound->second;
    for (const Binding& binding : bindings) {
      if (!routing_key.empty() && binding.key != routing_key) continue;
      state_->unbound.try_emplace(name, from.declaration()).first->second.bind(to, binding);
      if (from.unbind(to, binding)) emptied.push_back(name);
      ++removed;
    }
  }
  for (const std::string& name : emptied) state_->after_unbinding(name, true);
  state_->finish(now);
  return removed;
}

void Broker::bind_again(TimePoint now) {
  for (const auto& [name, lost] : std::exchange(state_->unbound, {})) {
    Exchange& exchange = state_->exchanges.try_emplace(name, lost.declaration()).first->second;
    for (const auto& [to, bindings] : lost.bindings()) {
      for (const Binding& binding : bindings) exchange.bind(to, binding);
    }
  }
  state_->finish(now);
}

std::size_t Broker::purge(const std::string& queue, TimePoint now) {
  const std::shared_ptr<Queue> found = state_->queue(queue);
  const std::size_t dropped = found == nullptr ? 0 : state_->purge(*found);
  state_->finish(now);
  return dropped;
}

void Broker::close_channels(ConnectionId id, ChannelUse use, std::uint16_t code,
                            const std::string& text, TimePoint now) {
  const BrokerConnection* const from = state_->connection(id);
  if (from == nullptr) return;
  std::vector<ChannelNumber> numbers;
  for (const auto& [number, channel] : from->channels) {
    const bool consumes =
        std::ranges::any_of(channel.consumers, [](const Consumer& each) { return !each.gone; });
    const bool is_meant = use == ChannelUse::any || consumes == (use == ChannelUse::consumes);
    if (!channel.closing && is_meant) numbers.push_back(number);
  }
  for (const ChannelNumber number : numbers) {
    // The first may have ended the whole connection.
    if (auto* const still = state_->connection(id))
      state_->refuse(*still, number, {.code = code, .text = text}, {}, now);
  }
}

std::size_t Broker::State::purge(Queue& queue) {
  for (const CarriedPtr& message : queue.waiting())
    output.dropped(message, queue.name(), reason::purged);
  const std::size_t dropped = queue.purge();
  schedule(queue);
  return dropped;
}

void Broker::State::forget_unbound(const std::string& exchange, const Destination& to,
                                   const Binding& binding) {
  const auto missing = unbound.find(exchange);
  if (missing != unbound.end() && missing->second.unbind(to, binding)) unbound.erase(missing);
}

void Broker::State::forget_unbound(const Destination& gone) {
  for (auto each = unbound.begin(); each != unbound.end();) {
    const bool was_last = each->second.unbind(gone);
    each = was_last ? unbound.erase(each) : std::next(each);
  }
}

void Broker::State::tell_unbound(const CarriedPtr& message, const amqp::Publication& publication,
                                 const std::vector<Queue*>& got) {
  const auto missing = unbound.find(publication.exchange);
  if (missing == unbound.end() || message->unroutable) return;
  const std::string_view key = publication.routing_key;
  const auto& headers = publication.message.properties.headers;
  Routes missed;
  missing->second.route({&key, 1}, headers.has_value() ? &*headers : nullptr, missed);
  for (const std::string_view name : missed.queues) {
    if (std::ranges::none_of(got, [&](const Queue* queue) { return queue->name() == name; }))
      output.dropped(message, std::string(name), reason::unbound);
  }
}

void Broker::stop_node(std::uint64_t node, TimePoint now) {
  const auto anybody = [](ConnectionId) { return true; };
  for (const std::shared_ptr<Queue>& queue : queues_on(node, state_->queues)) {
    if (!queue->declaration().durable) {
      state_->remove(queue);
    } else if (!queue->is_away()) {
      queue->set_away(true);
      cancel_consumers(queue->name(), anybody, now);
    }
  }
  state_->finish(now);
}

void Broker::start_node(std::uint64_t node, TimePoint now) {
  for (const std::shared_ptr<Queue>& queue : queues_on(node, state_->queues)) {
    queue->set_away(false);
    queue->touch(now);
    state_->drain(*queue, now);
  }
  state_->finish(now);
}

}  // namespace castaway::sim
