#pragma once
// Broker: an AMQP 0-9-1 broker as a model. No socket, no clock, no chance of its own.
//
// Who uses it hands in what arrived on a connection, with the time, and gets what the broker has to
// say through BrokerOutput. What may happen to a message in a queue is asked of QueueFaults at the
// moment it is enqueued, before a consumer is chosen.
//
// sim/broker_scripts holds what a real RabbitMQ said to the same commands, and what is not
// modelled. Source: AMQP 0-9-1 specification; RabbitMQ's extensions to it, version 3.10.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway::sim {

using ConnectionId = std::uint64_t;
/// Names a message in the broker from publish to its end; all copies and redeliveries of it share
/// it.
using MessageId = std::uint64_t;

/// A copy of a message on its way to a consumer.
struct BrokerDelivery {
  Delivery delivery = {};
  std::string queue = {};
  MessageId message = 0;
  std::uint32_t copy = 1;     ///< 1 is the original, 2 and up are the copies that a fault made
  std::uint32_t attempt = 1;  ///< which delivery of this copy: 2 and up are redeliveries
};

/// What the broker says, in order for each connection. A handler must not call back into the
/// broker: it notes what it is told, and acts on it once the broker's method has returned.
class BrokerOutput {
 public:
  virtual ~BrokerOutput() = default;
  virtual void completed(ConnectionId to, RequestNumber request) = 0;
  virtual void confirmed(ConnectionId to, std::uint64_t tag, bool multiple, bool ack,
                         MessageId message) = 0;
  virtual void returned(ConnectionId to, Returned returned) = 0;
  virtual void deliver(ConnectionId to, BrokerDelivery delivery) = 0;
  virtual void cancelled(ConnectionId to, const std::string& consumer_tag) = 0;
  virtual void blocked(ConnectionId to, const std::string& reason) = 0;
  virtual void unblocked(ConnectionId to) = 0;
  /// The broker has closed the connection (an error of channel or connection, or the answer to a
  /// close). It is forgotten.
  virtual void closed(ConnectionId to, Closed closed) = 0;

  /// A publication was routed; `queues` says how many queues took it: not those that refused it,
  /// being full. Comes before its confirm.
  virtual void accepted(ConnectionId from, MessageId message, const Publication& publication,
                        std::size_t queues) = 0;
  /// An ack, a nack or a reject was processed.
  virtual void settled(ConnectionId from, MessageId message, std::uint32_t copy, bool ack,
                       bool requeue) = 0;
  /// Wants Broker::advance(when) at `when`, and no longer at the time asked for before; `never`
  /// takes the wish back. Being advanced at other times as well does no harm.
  virtual void wake_at(TimePoint when) = 0;
};

/// Where and when one copy of a message stands in a queue.
struct Placement {
  std::uint32_t copy = 1;
  TimePoint ready = {};  ///< not delivered before; under fifo it holds up what stands behind it
  /// Becomes ready only when so many messages that came to the queue after it were delivered. As it
  /// waits for those behind, it never holds them up; if they do not come, it stays where it is.
  std::uint64_t after_messages = 0;
  std::uint64_t overtakes = 0;    ///< stands before up to so many messages that wait in the queue
  bool held = false;              ///< not delivered until Broker::release(message, copy)
  bool may_be_overtaken = false;  ///< later messages need not wait while this one is not ready
  bool redelivered = false;       ///< sets the flag although it was never delivered
  /// Which connection may consume a copy: any; the same as consumed the original (any, once that
  /// consumes no more from the queue); or any other. Before the original was delivered, or while
  /// there is no such connection, the copy waits without holding up others. Redeliveries may go to
  /// any.
  enum class To : std::uint8_t { any, same, other } to = To::any;
  std::shared_ptr<const Publication> instead = {};  ///< if its bytes are no longer what was sent
};

/// A copy that comes back to its queue, as it was given back, its connection was lost, or the
/// broker forgot that it was settled.
struct Returning {
  MessageId message = 0;
  std::uint32_t copy = 1;
  std::uint32_t attempts = 1;  ///< how often it was delivered
};

/// Asked once for each message and queue, also for a queue that a dead letter comes to, and once
/// more for each time a copy comes back. The default places the message at the end, ready at once,
/// and lets it come back to where it stood.
class QueueFaults {
 public:
  virtual ~QueueFaults() = default;
  /// Empty: the message is lost.
  [[nodiscard]] virtual std::vector<Placement> place(MessageId message, const std::string& queue,
                                                     const Publication& publication, TimePoint now);
  /// Of the placement only `ready`, `held`, `may_be_overtaken` and `instead` count. None: it is
  /// lost.
  [[nodiscard]] virtual std::optional<Placement> take_back(const Returning& copy,
                                                           const std::string& queue,
                                                           const Publication& publication,
                                                           TimePoint now);
  /// Whether this publication finds no queue, whatever the bindings say.
  [[nodiscard]] virtual bool is_unroutable(MessageId message);
  /// Whether this publication is refused: no queue takes it, and it is nacked.
  [[nodiscard]] virtual bool is_refused(MessageId message);
};

class Broker final {
 public:
  Broker(BrokerOutput& output, QueueFaults& faults);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// A connection with its one channel is open. `name` is for people.
  ConnectionId open(std::string name, TimePoint now);
  /// The link broke: unacknowledged deliveries go back to where they stood, flagged as redelivered.
  /// Says nothing to `id`. What a blocked connection has not been read of is lost with it.
  void lost(ConnectionId id, TimePoint now);

  // What arrives on a connection, one method each. A request of a connection that is closed is
  // ignored; one of a connection that is blocked waits until it is not.
  void declare_exchange(ConnectionId from, RequestNumber request,
                        const ExchangeDeclaration& declaration, TimePoint now);
  void delete_exchange(ConnectionId from, RequestNumber request, const std::string& exchange,
                       TimePoint now);
  void declare_queue(ConnectionId from, RequestNumber request, const QueueDeclaration& declaration,
                     TimePoint now);
  void bind_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                  const std::string& exchange, const std::string& routing_key, TimePoint now);
  void unbind_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                    const std::string& exchange, const std::string& routing_key, TimePoint now);
  void delete_queue(ConnectionId from, RequestNumber request, const std::string& queue,
                    TimePoint now);
  void prefetch(ConnectionId from, RequestNumber request, std::uint16_t count, TimePoint now);
  void consume(ConnectionId from, RequestNumber request, const std::string& queue,
               const std::string& consumer_tag, TimePoint now);
  void cancel(ConnectionId from, RequestNumber request, const std::string& consumer_tag,
              TimePoint now);
  void confirm_select(ConnectionId from, RequestNumber request, TimePoint now);
  void publish(ConnectionId from, std::uint64_t tag, MessageId message, Publication publication,
               TimePoint now);
  void acknowledge(ConnectionId from, std::uint64_t delivery_tag, bool multiple, TimePoint now);
  void nack(ConnectionId from, std::uint64_t delivery_tag, bool multiple, bool requeue,
            TimePoint now);
  void reject(ConnectionId from, std::uint64_t delivery_tag, bool requeue, TimePoint now);
  /// Gives back all that the connection has not settled.
  void recover(ConnectionId from, RequestNumber request, bool requeue, TimePoint now);
  void close(ConnectionId from, TimePoint now);

  /// Time has passed: placements may have become ready, and unused queues have lapsed.
  void advance(TimePoint now);
  /// Lets go of a held copy. A release of what is not held does nothing.
  void release(MessageId message, std::uint32_t copy, TimePoint now);

  // What an operator does, or an accident.

  /// The broker runs short of something: each connection is blocked when it publishes next, and
  /// nothing is read from it until unblock().
  void block(const std::string& reason, TimePoint now);
  void unblock(TimePoint now);
  /// All connections are closed, and what is not durable is gone: durable queues keep their
  /// persistent messages (delivery mode 2) in their order, and those that had been delivered come
  /// again, flagged. Unless `keep_durable`, nothing is left.
  ///
  /// What was settled in the last `forgotten` comes again too, flagged, where it stood, unless a
  /// fault has it otherwise: it was not written yet. Those copies, queue by queue, oldest
  /// settlement first.
  std::vector<Returning> restart(bool keep_durable, TimePoint now, Duration forgotten = {});
  /// From now on what is settled is remembered for so long: no restart forgets more than that.
  void remember_settled(Duration age);
  /// Deletes a queue from outside; its consumers are told. One that is not there stays so.
  void delete_queue(const std::string& queue, TimePoint now);

  // What a test or a report looks at.
  [[nodiscard]] bool has_queue(const std::string& queue) const;
  [[nodiscard]] bool has_exchange(const std::string& exchange) const;
  /// How many copies stand in the queue undelivered, be they held or not ready yet. One whose time
  /// to live has ended counts until it reaches the head and something happens to the queue.
  [[nodiscard]] std::size_t ready(const std::string& queue) const;
  [[nodiscard]] std::size_t unacknowledged(const std::string& queue) const;
  [[nodiscard]] std::vector<std::string> queues() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
