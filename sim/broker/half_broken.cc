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

std::vector<ConnectionId> Broker::State::cancel_consumers(
    const std::shared_ptr<Queue>& queue, const std::function<bool(ConnectionId)>& of,
    TimePoint now) {
  std::vector<ConnectionId> told;
  const std::vector<Consumer*> consumers = queue->consumers().all();
  for (Consumer* const consumer : consumers) {
    Channel& channel = consumer->channel;
    const ConnectionId id = channel.connection.id;
    if (!of(id)) continue;
    if (std::ranges::count(told, id) == 0) told.push_back(id);
    queue->consumers().remove(*consumer);
    output.say(channel.id(), amqp::BasicCancel{.consumer_tag = consumer->tag});
    channel.forget(*consumer);
  }
  if (!told.empty()) after_consumer_left(queue, now);
  finish(now);
  return told;
}

std::size_t Broker::State::unbind(const std::string& queue, const std::string& exchange,
                                  const std::string& routing_key, TimePoint now) {
  std::size_t removed = 0;
  std::vector<std::string> emptied;
  for (auto& [name, from] : exchanges) {
    const Destination to = {.name = queue};
    const auto bound = from.bindings().find(to);
    if (bound == from.bindings().end() || (!exchange.empty() && name != exchange)) continue;
    const std::vector<Binding> bindings = bound->second;
    for (const Binding& binding : bindings) {
      if (!routing_key.empty() && binding.key != routing_key) continue;
      unbound.try_emplace(name, from.declaration()).first->second.bind(to, binding);
      if (from.unbind(to, binding)) emptied.push_back(name);
      ++removed;
    }
  }
  for (const std::string& name : emptied) after_unbinding(name, true);
  finish(now);
  return removed;
}

void Broker::State::bind_again(TimePoint now) {
  for (const auto& [name, lost] : std::exchange(unbound, {})) {
    Exchange& exchange = exchanges.try_emplace(name, lost.declaration()).first->second;
    for (const auto& [to, bindings] : lost.bindings()) {
      for (const Binding& binding : bindings) exchange.bind(to, binding);
    }
  }
  finish(now);
}

void Broker::State::close_channels(ConnectionId id, ChannelUse use, const Refusal& why,
                                   TimePoint now) {
  const BrokerConnection* const from = connection(id);
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
    if (auto* const still = connection(id)) refuse(*still, number, why, {}, now);
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

void Broker::State::stop_node(std::uint64_t node, TimePoint now) {
  const auto anybody = [](ConnectionId) { return true; };
  for (const std::shared_ptr<Queue>& queue : queues_on(node, queues)) {
    if (!queue->declaration().durable) {
      remove(queue);
    } else if (!queue->is_away()) {
      queue->set_away(true);
      cancel_consumers(queue, anybody, now);
    }
  }
  finish(now);
}

void Broker::State::start_node(std::uint64_t node, TimePoint now) {
  for (const std::shared_ptr<Queue>& queue : queues_on(node, queues)) {
    queue->set_away(false);
    queue->touch(now);
    drain(*queue, now);
  }
  finish(now);
}

}  // namespace castaway::sim
