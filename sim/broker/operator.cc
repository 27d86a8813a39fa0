// What an operator does to the broker, or an accident: shortage, restart, a queue deleted.

#include <iterator>
#include <memory>
#include <utility>

#include "castaway/sim/broker.h"

#include "replies.h"
#include "state.h"

namespace castaway::sim {

void Broker::block(const std::string& reason, TimePoint /*now*/) { state_->shortage = reason; }

void Broker::State::block_publisher(ConnectionId from) {
  if (!shortage.has_value()) return;
  Channel* const publisher = channel(from);
  if (publisher == nullptr || std::exchange(publisher->blocked, true)) return;
  output.blocked(from, *shortage);
}

void Broker::unblock(TimePoint now) {
  state_->shortage.reset();
  std::vector<ConnectionId> blocked;
  for (auto& [id, channel] : state_->channels) {
    if (!std::exchange(channel.blocked, false)) continue;
    blocked.push_back(id);
    state_->output.unblocked(id);
  }
  for (const ConnectionId id : blocked) state_->read_what_waits(id, now);
}

void Broker::State::read_what_waits(ConnectionId id, TimePoint now) {
  // What is read may close the connection.
  for (Channel* reader = channel(id); reader != nullptr && !reader->unread.empty();
       reader = channel(id)) {
    const auto work = std::move(reader->unread.front());
    reader->unread.pop_front();
    work(*reader, now);
  }
}

void Broker::remember_settled(Duration age) { state_->remembered = age; }

std::vector<Returning> Broker::restart(bool keep_durable, TimePoint now, Duration forgotten) {
  std::vector<Returning> again;
  auto channels = std::exchange(state_->channels, {});
  for (auto& [id, channel] : channels) {
    state_->give_back(channel, now);
    state_->output.closed(id, replies::shutdown());
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
  std::erase_if(state_->exchanges, [keep_durable](const auto& each) {
    const bool predeclared = each.first.starts_with("amq.");
    return !predeclared && (!keep_durable || !each.second.declaration().durable);
  });
  state_->finish(now);
  return again;
}

void Broker::delete_queue(const std::string& queue, TimePoint now) {
  if (const std::shared_ptr<Queue> found = state_->queue(queue)) state_->remove(found);
  state_->finish(now);
}

}  // namespace castaway::sim
