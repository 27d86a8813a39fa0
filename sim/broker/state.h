#pragma once
// Broker::State: everything the broker knows, and the steps that several of its methods share.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "channel.h"
#include "dead_letters.h"
#include "exchange.h"
#include "queue.h"

namespace castaway::sim {

class Broker::State {
 public:
  State(BrokerOutput& to, QueueFaults& asked);

  BrokerOutput& output;
  QueueFaults& faults;
  std::map<ConnectionId, Channel> channels = {};
  std::map<std::string, Exchange, std::less<>> exchanges = {};
  std::map<std::string, std::shared_ptr<Queue>, std::less<>> queues = {};
  ConnectionId last_connection = 0;
  std::uint64_t last_queue = 0;
  std::optional<std::string> shortage = {};  ///< why publishers are blocked
  Duration remembered = {};                  ///< how long what was settled is

  /// Does `work` with the channel of `from`, now or when it is read again. A connection that is
  /// closed does no more.
  template <class Work>
  void read(ConnectionId from, TimePoint now, Work work) {
    Channel* const found = channel(from);
    if (found == nullptr) return;
    if (!found->blocked) return work(*found, now);
    found->unread.emplace_back(std::move(work));
  }

  /// None when it is closed: then what arrives on it means nothing.
  [[nodiscard]] Channel* channel(ConnectionId id);
  [[nodiscard]] std::shared_ptr<Queue> queue(std::string_view name) const;
  /// The queue, if it is there and `channel` may use it; otherwise the channel is closed.
  [[nodiscard]] std::shared_ptr<Queue> usable_queue(Channel& channel, std::string_view name,
                                                    TimePoint now);

  /// Makes what is declared, or finds it as it is declared. Why that cannot be; nothing if it can.
  [[nodiscard]] std::optional<Closed> declare(const ExchangeDeclaration& declaration);
  /// The same for a queue; where it cannot be, the channel is closed, and there is none.
  [[nodiscard]] std::shared_ptr<Queue> declare(Channel& channel,
                                               const QueueDeclaration& declaration, TimePoint now);
  /// The exchange is there and the queue may be used; otherwise the channel is closed.
  [[nodiscard]] bool may_bind(Channel& channel, const std::string& queue,
                              const std::string& exchange, const std::string& routing_key,
                              TimePoint now);

  /// Ends a connection. What it had not settled goes back, what was its own goes with it.
  void end(Channel& channel, std::optional<Closed> said, TimePoint now);
  /// Takes away what `channel` has of its queues: its consumers, and what it has not settled. The
  /// queues that this touched, by number.
  std::map<std::uint64_t, std::shared_ptr<Queue>> give_back(Channel& channel, TimePoint now);
  /// A copy goes back to where it stood in its queue, unless a fault has it otherwise.
  void take_back(Queue& queue, Queue::Copy copy, TimePoint now);
  /// A consumer left `queue`, which may have been the last one of a queue that wants one.
  void after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now);
  void remove(const std::shared_ptr<Queue>& queue);
  /// The last binding of an exchange went, if `was_last`: one that is to go with it goes.
  void after_unbinding(const std::string& exchange, bool was_last);

  /// Why the publication is an error; nothing if it is not.
  [[nodiscard]] std::optional<Closed> refusal(const Publication& publication) const;
  /// The queues that it goes to, in the order of their names.
  /// Requires: that it was not refused.
  [[nodiscard]] const std::vector<Queue*>& route(const Publication& publication);
  /// Puts a message into the queues that do not turn it away. How many took it.
  std::size_t enqueue(const Arrival& arrival, const std::vector<Queue*>& to, TimePoint now);
  /// Delivers what can be delivered, and notes what dies.
  void drain(Queue& queue, TimePoint now);
  using Delivered = std::map<std::uint64_t, Unacknowledged>::iterator;
  /// Those that a tag names, first to past the last; nothing, and the channel closed, if there is
  /// no such.
  [[nodiscard]] std::optional<std::pair<Delivered, Delivered>> named(Channel& channel,
                                                                     std::uint64_t delivery_tag,
                                                                     bool multiple, TimePoint now);
  void publish(Channel& channel, std::uint64_t tag, MessageId message, Publication publication,
               TimePoint now);
  void consume(Channel& channel, RequestNumber request, const std::string& name,
               const std::string& consumer_tag, TimePoint now);
  /// During a shortage, whoever publishes is told so, and not read from then on.
  void block_publisher(ConnectionId from);
  void read_what_waits(ConnectionId id, TimePoint now);

  /// Settles the deliveries from `first` up to `last`, and delivers what that makes room for.
  void settle(Channel& channel, Delivered first, Delivered last, bool ack, bool requeue,
              TimePoint now);

  /// Notes when `queue` next wants attention.
  void schedule(Queue& queue);
  /// Drains the queues whose time has come, and removes those that lapsed.
  void run_due(TimePoint now);
  /// The last step of whatever changed something: sends dead letters on, and tells the outside when
  /// to call next.
  void finish(TimePoint now);

 private:
  void bury(const Arrival& letter, TimePoint now);
  void ask();
  void deliver(Queue::Dispatch dispatch, const Queue& queue);

  std::map<std::pair<TimePoint, std::uint64_t>, Queue*> agenda_ = {};
  std::map<std::uint64_t, TimePoint> scheduled_ = {};  ///< queue to its time in the agenda
  TimePoint asked_ = never;
  std::deque<Arrival> dead_ = {};  ///< to be sent on
  // Kept from one use to the next to save allocations.
  std::vector<std::string_view> names_ = {};
  std::vector<Queue*> routed_ = {};
  std::vector<Queue*> touched_ = {};
};

}  // namespace castaway::sim
