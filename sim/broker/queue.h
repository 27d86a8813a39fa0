#pragma once
// Queue: messages in their order, the faults that were placed on them, and the consumers they go
// to.
//
// A copy stands at its position until it is handed to a consumer; sent back, it returns there. One
// that is not ready blocks those behind it, unless it may be overtaken.
// Source: AMQP 0-9-1, 3.1.4 (queues) and 4.7 (order); RabbitMQ, time-to-live, queue length limit
// and quorum queues: poison message handling.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "consumers.h"
#include "dead_letters.h"
#include "position.h"
#include "routing_keys.h"
#include "words/arguments.h"

namespace castaway::sim {

class Queue {
 public:
  /// Who has the original of a message, for its copies that ask.
  struct Origin {
    bool decided = false;       ///< it does not wait here: it was delivered, or will never be
    ConnectionId consumer = 0;  ///< 0 is nobody, or one that has ended
  };
  struct Entry {
    CarriedPtr message = {};
    std::uint32_t copy = 1;
    std::uint32_t attempts = 0;
    bool redelivered = false;
    TimePoint expires = never;
    std::shared_ptr<const amqp::Publication> publication = {};
    HiddenKeys hidden = {};
    std::unique_ptr<Placement> condition = {};  ///< what has to come true before it may go
    Placement::To to = Placement::To::any;      ///< of a copy: whom it may go to
    std::shared_ptr<Origin> origin = {};        ///< none: neither it nor a copy of it asks
  };
  using Line = std::map<Position, Entry>;
  /// A copy that was taken out, with the position it belongs to.
  using Copy = Line::node_type;
  struct Dispatch {
    Copy copy = {};
    Consumer* consumer = nullptr;
  };

  /// `owner` is the connection that has it exclusively, or 0; `number` counts the broker's queues;
  /// `home` is the node that it is on.
  Queue(amqp::QueueDeclare declaration, ConnectionId owner, std::uint64_t number,
        std::uint64_t home = 1);

  [[nodiscard]] const amqp::QueueDeclare& declaration() const { return declaration_; }
  [[nodiscard]] const std::string& name() const { return declaration_.queue; }
  [[nodiscard]] const QueueArguments& arguments() const { return arguments_; }
  [[nodiscard]] ConnectionId owner() const { return owner_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::uint64_t home() const { return home_; }
  /// Its home is down, and nobody can have it.
  [[nodiscard]] bool is_away() const { return is_away_; }
  void set_away(bool away) { is_away_ = away; }

  /// True if there is no room for it, and the queue is one that refuses what does not fit.
  [[nodiscard]] bool turns_away(const Arrival& arrival, TimePoint now);
  /// Copies of `arrival`, which expires when its own time or the queue's ends.
  void enqueue(const Arrival& arrival, const std::vector<Placement>& placements, TimePoint now);
  /// Drops from its head what is more than the queue may hold, unless it is one that refuses: that
  /// may hold more, of what came back.
  void trim(TimePoint now);
  /// The next copy that can be delivered, with whom it goes to. It counts as unacknowledged.
  [[nodiscard]] std::optional<Dispatch> next(TimePoint now);
  /// The next copy for someone on connection `by` who asks for one, which then counts as
  /// unacknowledged; nothing if none can be had now.
  [[nodiscard]] std::optional<Copy> get(ConnectionId by, TimePoint now);
  /// An unacknowledged copy is done with; `consumer` is null if none had it. Then it goes back to
  /// its place, unless that happened too often; or it is dropped.
  void settled(Consumer* consumer);
  void requeue(Copy copy, Placement placement, TimePoint now);
  void reject(const Copy& copy, TimePoint now);
  /// A settled copy is kept for `age`, if it would survive a restart.
  void remember(Copy copy, TimePoint now, Duration age);
  /// What was settled no longer ago than `age`, if that is more than nothing. The rest is settled
  /// for good.
  [[nodiscard]] std::vector<Copy> take_settled(TimePoint now, Duration age);
  /// What died here since it was last asked, and is to go to the dead letter exchange.
  [[nodiscard]] std::vector<Arrival> take_dead() { return std::exchange(dead_, {}); }
  /// What left for good without being delivered since it was last asked, and why.
  [[nodiscard]] std::vector<Loss> take_lost() { return std::exchange(lost_, {}); }
  /// The messages that wait here.
  [[nodiscard]] std::vector<CarriedPtr> waiting() const;
  /// The connection has ended: copies that wait for it alone may go to any. True if there may be
  /// such.
  bool let_go_of(ConnectionId ended);
  /// False if no such copy is held here.
  bool release(MessageId message, std::uint32_t copy, TimePoint now);

  [[nodiscard]] std::size_t ready() const { return line_.size() + aside_.size(); }
  /// Those that wait for nothing but a consumer, whichever it is: none that has expired, is not
  /// ready, or stands behind one that is not.
  [[nodiscard]] std::size_t due(TimePoint now) const;
  [[nodiscard]] std::size_t unacknowledged() const { return unacknowledged_; }

  [[nodiscard]] Rotation& consumers() { return consumers_; }
  /// Someone showed interest: an unused queue begins to lapse from `now` again.
  void touch(TimePoint now);
  /// Drops all that waits, for good. How many there were.
  std::size_t purge();
  /// The broker has started again: only what is persistent is left.
  void restart(TimePoint now);
  /// When it lapses for want of use (argument x-expires); `never` if it is used, or may idle.
  [[nodiscard]] TimePoint lapses() const { return lapses_; }
  /// When, without anything arriving, there may be something to do.
  [[nodiscard]] TimePoint next_event() const;

  /// It is deleted, and forgets its messages. What comes back to it goes no further.
  void remove();
  [[nodiscard]] bool removed() const { return removed_; }

 private:
  void add(Position position, Entry entry, TimePoint now);
  void remember_origin(const std::shared_ptr<Origin>& origin);
  [[nodiscard]] std::uint16_t level_of(const amqp::Publication& publication) const;
  /// Before up to `count` others, from that end on.
  [[nodiscard]] Position overtaking(std::uint64_t count, const Position& end) const;
  [[nodiscard]] std::optional<Dispatch> pick(TimePoint now);
  [[nodiscard]] Consumer* consumer_for(const Entry& entry);
  [[nodiscard]] Dispatch hand_out(Line::iterator entry, Consumer& consumer, TimePoint now);
  /// Whether someone who asks may have it.
  [[nodiscard]] bool is_for(const Entry& entry, ConnectionId by) const;
  [[nodiscard]] Copy take_out(Line::iterator entry, ConnectionId by, TimePoint now);
  Line::iterator drop(Line::const_iterator entry);
  void forget(const Entry& entry);
  void bury(const Arrival& arrival, std::string_view why, TimePoint now);
  /// Drops what has expired at the head.
  void drop_expired(TimePoint now);
  /// What came just now has its chance to be delivered first.
  [[nodiscard]] bool has_expired(const Line::value_type& copy, TimePoint now) const;
  [[nodiscard]] bool overfull(std::uint64_t more_messages, std::uint64_t more_bytes) const;
  void count_delivery(std::uint64_t serial, MessageId message, TimePoint now);
  void ripen(TimePoint now);
  void join_if_ready(std::uint64_t serial, TimePoint now);

  amqp::QueueDeclare declaration_;
  QueueArguments arguments_;
  ConnectionId owner_;
  std::uint64_t number_;
  std::uint64_t home_;
  bool is_away_ = false;
  bool removed_ = false;
  TimePoint lapses_ = never;
  Rotation consumers_;

  std::uint64_t last_serial_ = 0;
  std::uint64_t fresh_from_ = 0;  ///< the first serial of what was enqueued just now; 0 is none
  std::size_t unacknowledged_ = 0;
  std::uint64_t ready_bytes_ = 0;
  std::vector<Arrival> dead_ = {};
  std::vector<Loss> lost_ = {};
  /// And when. As much as was settled in the time for which it is remembered; with no more traffic,
  /// it stays until the next is settled.
  std::deque<std::pair<TimePoint, Copy>> settled_ = {};
  Line line_ = {};
  TimePoint blocked_until_ = never;  ///< when the head, which is not ready, is ready or gone

  // Copies that wait without being in the way, by serial, and what they wait for.
  std::map<std::uint64_t, Copy> aside_ = {};
  std::set<std::pair<TimePoint, std::uint64_t>> due_ = {};
  std::set<std::uint64_t> counting_ = {};
  std::map<std::pair<MessageId, std::uint32_t>, Position> held_ = {};  ///< aside or in line
  /// Of the copies that may go only to who has the original. Some of them are gone by now.
  std::deque<std::weak_ptr<Origin>> origins_ = {};
};

[[nodiscard]] inline Arrival arrival_of(const Queue::Entry& entry) {
  return {.message = entry.message, .publication = entry.publication, .hidden = entry.hidden};
}

[[nodiscard]] inline std::size_t size(const Queue::Entry& entry) {
  return entry.publication->message.body.size();
}

[[nodiscard]] inline bool is_ready(const Placement& placement, TimePoint now) {
  return placement.ready <= now && !placement.held && placement.after_messages == 0;
}

/// As those outside know it.
[[nodiscard]] inline Returning returning(const Queue::Copy& copy) {
  const Queue::Entry& entry = copy.mapped();
  return {.message = entry.message, .copy = entry.copy, .attempts = entry.attempts};
}

}  // namespace castaway::sim
