#pragma once
// Channel and BrokerConnection: what the broker knows about one channel, and about the connection
// that it belongs to.
//
// Delivery tags and publications count from 1 on each channel, and settling is by tag. Exclusive
// queues belong to the connection.
// Source: AMQP 0-9-1, 1.8.3.13 basic.ack; RabbitMQ, publisher confirms.

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "consumers.h"
#include "queue.h"
#include "transaction.h"

namespace castaway::sim {

struct BrokerConnection;

/// Who gets the replies that are sent to an address of its own, without a queue.
struct ReplyConsumer {
  std::string tag = {};
  std::string address = {};
};

struct Channel {
  BrokerConnection& connection;
  ChannelNumber number = 0;
  TimePoint opened = {};
  ConsumerTimeout timeout = {};
  bool watched = false;  ///< somebody looks, at `timeout.tick`, how old its deliveries are
  bool closing = false;  ///< it was closed for an error: nothing is read but channel.close-ok
  bool confirms = false;
  std::uint64_t published = 0;  ///< since confirm.select
  std::uint16_t prefetch = 0;   ///< for consumers to come
  std::uint16_t limit = 0;      ///< of all that its consumers have not settled; 0 is none
  std::size_t limited = 0;      ///< how many of them there are, while there is a limit
  std::uint64_t last_delivery_tag = 0;
  std::uint64_t last_consumer = 0;  ///< counts the consumer tags that we made up
  std::string last_queue = {};      ///< that was declared: what an empty name stands for
  std::list<Consumer> consumers = {};
  Deliveries unacknowledged = {};
  std::optional<Transaction> transaction = {};
  std::optional<ReplyConsumer> reply_consumer = {};

  [[nodiscard]] ChannelId id() const;
  /// The consumer that goes by `tag`; none if it was cancelled.
  [[nodiscard]] Consumer* consumer(std::string_view tag);
  /// When what it has not settled is too old, as the broker looks; `never` if it has settled all.
  [[nodiscard]] TimePoint overdue() const;
  /// Lets go of a cancelled consumer once nothing of it is left to settle.
  void forget(Consumer& consumer);
  /// What it has said in a transaction is as if it had not.
  void roll_back();
};

struct BrokerConnection {
  ConnectionId id = 0;
  std::string name = {};
  std::string user = {};   ///< that messages may name; empty: any
  std::uint64_t node = 1;  ///< which it reaches
  bool blocked = false;    ///< nothing is read: what arrives waits in `unread`
  /// As long as the client lets it become while it is blocked: an amqp_server's session takes
  /// little of it then, and the library waits for confirms.
  std::deque<std::function<void(BrokerConnection&, TimePoint)>> unread = {};
  std::map<ChannelNumber, Channel> channels = {};
  std::set<std::string> exclusive = {};  ///< the queues that it declared for itself, and that exist
};

inline ChannelId Channel::id() const { return {connection.id, number}; }

}  // namespace castaway::sim
