// What a virtual host does when a shortage is over, and when the broker starts again.

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "state.h"

namespace castaway::sim {

void Broker::State::unblock(TimePoint now) {
  std::vector<ConnectionId> blocked;
  for (auto& [id, connection] : connections) {
    if (!std::exchange(connection.blocked, false)) continue;
    blocked.push_back(id);
    output.say({id, 0}, amqp::ConnectionUnblocked{});
  }
  for (const ConnectionId id : blocked) read_what_waits(id, now);
}

std::vector<Returning> Broker::State::restart(bool keep_durable, TimePoint now,
                                              Duration forgotten) {
  std::vector<Returning> again;
  const auto [code, text] = replies::shutdown();
  auto ended = std::exchange(connections, {});
  State::Touched touched;
  for (auto& [id, connection] : ended) {
    for (auto& [number, channel] : connection.channels) give_back(channel, touched, now);
    output.say({id, 0}, amqp::ConnectionClose{.reply_code = code, .reply_text = text});
  }
  const auto all = queues;
  for (const auto& [name, queue] : all) {
    if (keep_durable && queue->declaration().durable && queue->owner() == 0) {
      queue->restart(now);
      for (Queue::Copy& copy : queue->take_settled(now, forgotten)) {
        again.push_back(returning(copy));
        take_back(*queue, std::move(copy), now);
      }
      drain(*queue, now);
    } else {
      remove(queue);
    }
  }
  std::vector<std::string> gone;
  for (const auto& [name, exchange] : exchanges) {
    const bool predeclared = name.starts_with("amq.");
    if (!predeclared && (!keep_durable || !exchange.declaration().durable)) gone.push_back(name);
  }
  for (const std::string& name : gone) remove_exchange(name);
  std::erase_if(unbound, [&](const auto& each) { return !exchanges.contains(each.first); });
  finish(now);
  return again;
}

}  // namespace castaway::sim
