// What an operator does to the broker, or an accident: shortage, restart, a queue deleted.

#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "state.h"

namespace castaway::sim {

void Broker::block(const std::string& reason, TimePoint /*now*/) { state_->shortage = reason; }

void Broker::unblock(TimePoint now) {
  state_->shortage.reset();
  std::vector<ConnectionId> blocked;
  for (auto& [id, connection] : state_->connections) {
    if (!std::exchange(connection.blocked, false)) continue;
    blocked.push_back(id);
    state_->output.say({id, 0}, amqp::ConnectionUnblocked{});
  }
  for (const ConnectionId id : blocked) state_->read_what_waits(id, now);
}

void Broker::set_consumer_timeout(ConsumerTimeout timeout) {
  if (timeout.age <= Duration::zero() || timeout.tick <= Duration::zero())
    throw std::invalid_argument("The times of a consumer_timeout have to be positive.");
  state_->timeout = timeout;
}

void Broker::remember_settled(Duration age) { state_->remembered = age; }

std::vector<Returning> Broker::restart(bool keep_durable, TimePoint now, Duration forgotten) {
  std::vector<Returning> again;
  const auto [code, text] = replies::shutdown();
  auto connections = std::exchange(state_->connections, {});
  State::Touched touched;
  for (auto& [id, connection] : connections) {
    for (auto& [number, channel] : connection.channels) state_->give_back(channel, touched, now);
    state_->output.say({id, 0}, amqp::ConnectionClose{.reply_code = code, .reply_text = text});
  }
  const auto queues = state_->queues;
  for (const auto& [name, queue] : queues) {
    if (keep_durable && queue->declaration().durable && queue->owner() == 0) {
      queue->restart(now);
      for (Queue::Copy& copy : queue->take_settled(now, forgotten)) {
        again.push_back(returning(copy));
        state_->take_back(*queue, std::move(copy), now);
      }
      state_->drain(*queue, now);
    } else {
      state_->remove(queue);
    }
  }
  std::vector<std::string> gone;
  for (const auto& [name, exchange] : state_->exchanges) {
    const bool predeclared = name.starts_with("amq.");
    if (!predeclared && (!keep_durable || !exchange.declaration().durable)) gone.push_back(name);
  }
  for (const std::string& name : gone) state_->remove_exchange(name);
  std::erase_if(state_->unbound,
                [&](const auto& each) { return !state_->exchanges.contains(each.first); });
  state_->finish(now);
  return again;
}

void Broker::delete_queue(const std::string& queue, TimePoint now) {
  if (const std::shared_ptr<Queue> found = state_->queue(queue)) state_->remove(found);
  state_->finish(now);
}

}  // namespace castaway::sim
