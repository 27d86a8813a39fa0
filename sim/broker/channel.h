#pragma once
// Channel: what the broker knows about one connection: its consumers, and what they have not
// settled.
//
// Delivery tags count from 1 on each channel, and settling is by tag.
// Source: AMQP 0-9-1, 1.8.3.13 basic.ack; RabbitMQ, publisher confirms.

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "consumers.h"
#include "queue.h"

namespace castaway::sim {

/// A delivery that is neither acknowledged nor rejected. Its consumer may be gone.
struct Unacknowledged {
  Queue::Copy copy = {};
  Consumer* consumer = nullptr;
};

struct Channel {
  ConnectionId id = 0;
  std::string name = {};
  bool confirms = false;
  bool blocked = false;  ///< nothing is read: what arrives waits in `unread`
  std::deque<std::function<void(Channel&, TimePoint)>> unread = {};
  std::uint16_t prefetch = 0;  ///< for consumers to come
  std::uint64_t last_delivery_tag = 0;
  std::uint64_t last_consumer = 0;  ///< counts the consumer tags that we made up
  std::list<Consumer> consumers = {};
  std::map<std::uint64_t, Unacknowledged> unacknowledged = {};
  std::set<std::string> exclusive = {};  ///< the queues that it declared for itself

  /// The consumer that goes by `tag`; none if it was cancelled.
  [[nodiscard]] Consumer* consumer(std::string_view tag);
  /// Lets go of a cancelled consumer once nothing of it is left to settle.
  void forget(Consumer& consumer);
};

}  // namespace castaway::sim
