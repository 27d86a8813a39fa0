#pragma once
// Rotation: the round robin over the consumers of one queue.
//
// A consumer that gets a message goes to the end. One without credit at its turn leaves the
// rotation, and rejoins at the end when a delivery of its is settled; if that happens before its
// turn, it keeps its place. A real RabbitMQ does the same (credit_that_returns_and_the_turn.txt).
// Source: AMQP 0-9-1, 3.1.7 and 1.8.3.1 basic.qos; RabbitMQ
// counts prefetch for each consumer.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "castaway/sim/broker.h"

namespace castaway::sim {

class Queue;
struct Channel;

struct Consumer {
  Channel& channel;
  std::string tag = {};
  std::shared_ptr<Queue> queue = {};
  bool no_ack = false;         ///< what it gets counts as settled at once
  bool exclusive = false;      ///< it has its queue for itself
  std::int64_t priority = 0;   ///< those with a higher one come first while they have credit
  std::uint16_t prefetch = 0;  ///< 0 is no limit
  std::size_t unacknowledged = 0;
  bool gone = false;  ///< cancelled; what it has not settled stays with the channel
  bool in_turn = false;
  std::list<Consumer*>::iterator place = {};

  /// Whether it may have one more, and its channel.
  [[nodiscard]] bool has_credit() const;
};

class Rotation {
 public:
  /// `single`: one of them gets all messages as long as it is there.
  explicit Rotation(bool single) : single_(single) {}

  void add(Consumer& consumer);
  void remove(Consumer& consumer);

  /// Whose turn it is, now that there is a message; none when nobody has credit. Those before it
  /// whose turn came in vain leave the round.
  [[nodiscard]] Consumer* next();
  /// The first in turn with credit that is on `connection`, or (if not `on_it`) on any other.
  [[nodiscard]] Consumer* next(ConnectionId connection, bool on_it) const;

  /// A delivery was handed to `consumer`, which uses up credit and its turn.
  void served(Consumer& consumer);
  /// A delivery of `consumer` was settled.
  void settled(Consumer& consumer);
  /// A channel with a limit has room: its consumers that rest take turns again.
  void resume(const Channel& channel);

  /// In the order in which they came.
  [[nodiscard]] const std::vector<Consumer*>& all() const { return all_; }
  /// Whether there is a consumer, or has been.
  [[nodiscard]] bool had_any() const { return had_any_; }

 private:
  void rejoin(Consumer& consumer);
  /// Behind those with that priority, or a higher one.
  [[nodiscard]] std::list<Consumer*>::iterator end_of(std::int64_t priority);

  bool single_;
  Consumer* active_ = nullptr;  ///< the one, if there is to be one
  bool had_any_ = false;
  std::vector<Consumer*> all_ = {};
  std::list<Consumer*> turns_ = {};
  std::list<Consumer*> resting_ = {};  ///< had no credit when their turn came
};

}  // namespace castaway::sim
