#pragma once
// Queue: messages in their order, the faults that were placed on them, and the consumers they go
// to.
//
// A copy stands at its position until it is handed to a consumer; sent back, it returns there. One
// that is not ready stands in the way of those behind it, or, if it may be overtaken, waits aside.
// Source: AMQP 0-9-1, 3.1.4 (queues) and 4.7 (order); RabbitMQ's per-message time to live and queue
// expiry.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "broker_consumers.h"
#include "broker_position.h"

namespace castaway::sim {

class Queue {
 public:
  /// Who consumed the original of a message, for its copies that ask.
  struct Origin {
    bool decided = false;       ///< it was delivered, or will never be
    ConnectionId consumer = 0;  ///< 0 is nobody
  };
  /// What has to come true before a copy is delivered for the first time.
  struct Condition {
    Placement placement = {};
    std::shared_ptr<Origin> origin = {};
  };
  struct Entry {
    MessageId message = 0;
    std::uint32_t copy = 1;
    std::uint32_t attempts = 0;
    bool redelivered = false;
    TimePoint expires = never;
    std::shared_ptr<const Publication> publication = {};
    std::unique_ptr<Condition> condition = {};  ///< none: it may go to anyone, now
  };
  using Line = std::map<Position, Entry>;
  /// A copy that was taken out, with the position it belongs to.
  using Copy = Line::node_type;
  struct Handover {
    Copy copy = {};
    Consumer* consumer = nullptr;
  };

  /// `owner` is the connection that has it exclusively, or 0; `number` counts the broker's queues.
  Queue(QueueDeclaration declaration, ConnectionId owner, std::uint64_t number);

  [[nodiscard]] const QueueDeclaration& declaration() const { return declaration_; }
  [[nodiscard]] const std::string& name() const { return declaration_.queue; }
  [[nodiscard]] ConnectionId owner() const { return owner_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

  void enqueue(MessageId message, const std::shared_ptr<const Publication>& publication,
               TimePoint expires, const std::vector<Placement>& placements, TimePoint now);
  /// The next copy that can be delivered, with whom it goes to. It counts as unacknowledged.
  [[nodiscard]] std::optional<Handover> next(TimePoint now);
  /// An unacknowledged copy is done with, or goes back to its place.
  void settled(Consumer& consumer);
  void requeue(Copy copy, Placement placement, TimePoint now);
  /// As it was, without asking anyone.
  void put_back(Copy copy);
  /// Forgets all messages that are not persistent, and its consumers. What waits for something
  /// waits no more.
  void restart();
  /// False if no such copy is held here.
  bool release(MessageId message, std::uint32_t copy, TimePoint now);

  [[nodiscard]] std::size_t ready() const { return line_.size() + aside_.size(); }
  [[nodiscard]] std::size_t unacknowledged() const { return unacknowledged_; }

  [[nodiscard]] Rotation& consumers() { return consumers_; }
  /// Someone showed interest: an unused queue begins to lapse from `now` again.
  void touch(TimePoint now);
  /// When it lapses for want of use (argument x-expires); `never` if it is used, or may idle.
  [[nodiscard]] TimePoint lapses() const { return lapses_; }
  /// When, without anything arriving, there may be something to do.
  [[nodiscard]] TimePoint next_event() const;

  /// It is deleted, and forgets its messages. What comes back to it goes no further.
  void remove();
  [[nodiscard]] bool removed() const { return removed_; }

 private:
  void add(Position position, Entry entry, TimePoint now);
  [[nodiscard]] Position overtaking(std::uint64_t count, std::uint64_t serial) const;
  [[nodiscard]] std::optional<Handover> pick(TimePoint now);
  [[nodiscard]] Consumer* consumer_for(const Condition& condition) const;
  [[nodiscard]] Handover hand_over(Line::iterator entry, Consumer& consumer, TimePoint now);
  [[nodiscard]] Line::iterator drop(Line::iterator entry);
  void count_delivery(std::uint64_t serial, MessageId message, TimePoint now);
  void ripen(TimePoint now);
  void join_if_ready(std::uint64_t serial, TimePoint now);

  QueueDeclaration declaration_;
  ConnectionId owner_;
  std::uint64_t number_;
  bool removed_ = false;
  TimePoint lapses_ = never;
  Rotation consumers_ = {};

  std::uint64_t last_serial_ = 0;
  std::uint64_t fresh_from_ = 0;  ///< the first serial of what was enqueued just now; 0 is none
  std::size_t unacknowledged_ = 0;
  Line line_ = {};
  TimePoint blocked_until_ = never;  ///< when the head, which is not ready, is ready or gone

  // Copies that wait without being in the way, by serial, and what they wait for.
  std::map<std::uint64_t, Copy> aside_ = {};
  std::set<std::pair<TimePoint, std::uint64_t>> due_ = {};
  std::set<std::uint64_t> counting_ = {};
  std::map<std::pair<MessageId, std::uint32_t>, Position> held_ = {};  ///< aside or in line
};

}  // namespace castaway::sim
