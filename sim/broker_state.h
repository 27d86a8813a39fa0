#pragma once
// Broker::State: everything the broker knows, and the steps that several of its methods share.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "broker_channel.h"
#include "broker_exchange.h"
#include "broker_queue.h"

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

  /// None when it is closed: then what arrives on it means nothing.
  [[nodiscard]] Channel* channel(ConnectionId id);
  [[nodiscard]] std::shared_ptr<Queue> queue(std::string_view name) const;
  /// The queue, if it is there and `channel` may use it; otherwise the channel is closed.
  [[nodiscard]] std::shared_ptr<Queue> usable_queue(Channel& channel, std::string_view name,
                                                    TimePoint now);

  /// A copy goes back to where it stood in its queue, unless a fault has it otherwise.
  void take_back(Queue& queue, Queue::Copy copy, TimePoint now);
  /// Ends a connection. What it had not settled goes back, what was its own goes with it.
  void end(Channel& channel, std::optional<Closed> said, TimePoint now);
  /// A consumer left `queue`, which may have been the last one of a queue that wants one.
  void after_consumer_left(const std::shared_ptr<Queue>& queue, TimePoint now);
  void remove(const std::shared_ptr<Queue>& queue);

  /// Why the publication is an error; nothing if it is not.
  [[nodiscard]] std::optional<Closed> refusal(const Publication& publication) const;
  /// The queues that it goes to, in the order of their names.
  /// Requires: that it was not refused.
  [[nodiscard]] const std::vector<Queue*>& route(const Publication& publication);
  /// Delivers what can be delivered.
  void drain(Queue& queue, TimePoint now);
  using Delivered = std::map<std::uint64_t, Unacknowledged>::iterator;
  /// Settles the deliveries from `first` up to `last`, and delivers what that makes room for.
  void settle(Channel& channel, Delivered first, Delivered last, bool ack, bool requeue,
              TimePoint now);

  /// Notes when `queue` next wants attention.
  void schedule(Queue& queue);
  /// Drains the queues whose time has come, and removes those that lapsed.
  void run_due(TimePoint now);
  /// Tells the outside when to call next. The last step of whatever may have changed that.
  void ask();

 private:
  void deliver(Queue::Handover handover, const Queue& queue);

  std::map<std::pair<TimePoint, std::uint64_t>, Queue*> agenda_ = {};
  std::map<std::uint64_t, TimePoint> scheduled_ = {};  ///< queue to its time in the agenda
  TimePoint asked_ = never;
  // Kept from one use to the next to save allocations.
  std::vector<std::string_view> names_ = {};
  std::vector<Queue*> routed_ = {};
  std::vector<Queue*> touched_ = {};
};

}  // namespace castaway::sim
