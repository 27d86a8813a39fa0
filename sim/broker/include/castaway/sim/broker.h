#pragma once
// Broker: a model of an AMQP 0-9-1 broker. It has no socket, no clock and no randomness, so that
// its caller decides everything.
//
// Pass it what arrived on a connection, and when; it answers through BrokerOutput. It asks
// QueueFaults what happens to a message in a queue, at the moment the message is enqueued and
// before a consumer is chosen.
//
// sim/broker/scripts holds a real RabbitMQ's answers to the same commands, and says what is not
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
/// Identifies a message in the broker from publish to its end; its copies and redeliveries share
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

/// Gets the broker's answers, in order for each connection. A handler must not call back into the
/// broker: note the answer, and act on it once the broker's method has returned.
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
  /// close) and forgotten it.
  virtual void closed(ConnectionId to, Closed closed) = 0;

  /// A publication was routed. `queues` says how many queues took it, without full ones that
  /// refused it. Comes before its confirm.
  virtual void accepted(ConnectionId from, MessageId message, const Publication& publication,
                        std::size_t queues) = 0;
  /// An ack, a nack or a reject was processed.
  virtual void settled(ConnectionId from, MessageId message, std::uint32_t copy, bool ack,
                       bool requeue) = 0;
  /// Asks for Broker::advance(when) at `when`, instead of at the time asked for before; `never`
  /// asks for none. More calls of advance() do no harm.
  virtual void wake_at(TimePoint when) = 0;
};

/// Where and when one copy of a message stands in a queue.
struct Placement {
  std::uint32_t copy = 1;
  TimePoint ready = {};  ///< not delivered before; in fifo order it holds up those behind it
  /// Becomes ready only once this many messages that came to the queue after it were delivered. It
  /// never holds those up; if they do not come, it stays where it is.
  std::uint64_t after_messages = 0;
  std::uint64_t overtakes = 0;    ///< goes before up to this many messages that wait in the queue
  bool held = false;              ///< not delivered until Broker::release(message, copy)
  bool may_be_overtaken = false;  ///< later messages need not wait while this one is not ready
  bool redelivered = false;       ///< sets the flag although it was never delivered
  /// Which connection may consume a copy: any; the one that consumed the original (any, once that
  /// one no longer consumes from the queue); or any other. Until the original was delivered, and
  /// while there is no such connection, the copy waits without holding up others. Redeliveries may
  /// go to any.
  enum class To : std::uint8_t { any, same, other } to = To::any;
  std::shared_ptr<const Publication> instead = {};  ///< what to deliver, if not what was sent
};

/// A copy that comes back to its queue, because it was given back, its connection was lost, or the
/// broker forgot that it was settled.
struct Returning {
  MessageId message = 0;
  std::uint32_t copy = 1;
  std::uint32_t attempts = 1;  ///< how often it was delivered
};

/// Decides what happens to messages in queues. Asked once for each message and queue, dead letters
/// included, and once more each time a copy comes back. By default a message goes to the end, ready
/// at once, and comes back to where it stood.
class QueueFaults {
 public:
  virtual ~QueueFaults() = default;
  /// Empty: the message is lost.
  [[nodiscard]] virtual std::vector<Placement> place(MessageId message, const std::string& queue,
                                                     const Publication& publication, TimePoint now);
  /// Only `ready`, `held`, `may_be_overtaken` and `instead` of the placement count. Nothing: the
  /// copy is lost.
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

  /// Opens a connection with its one channel. `name` is for people.
  ConnectionId open(std::string name, TimePoint now);
  /// The link broke: unacknowledged deliveries go back to where they stood, flagged as redelivered.
  /// `id` gets no answer. What was not read yet from a blocked connection is lost with it.
  void lost(ConnectionId id, TimePoint now);

  // Requests that arrive on a connection. Those of a closed connection are ignored; those of a
  // blocked connection wait until it is unblocked.
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
  /// Gives back all deliveries that the connection has not settled.
  void recover(ConnectionId from, RequestNumber request, bool requeue, TimePoint now);
  void close(ConnectionId from, TimePoint now);

  /// Says what time it is: placements become ready, and unused queues expire.
  void advance(TimePoint now);
  /// Releases a held copy. No-op if it is not held.
  void release(MessageId message, std::uint32_t copy, TimePoint now);

  // What an operator or an accident does.

  /// The broker runs short of a resource: each connection is blocked when it publishes next, and
  /// nothing is read from it until unblock().
  void block(const std::string& reason, TimePoint now);
  void unblock(TimePoint now);
  /// Closes all connections, and drops everything that is not durable. Durable queues keep their
  /// persistent messages (delivery mode 2), in order; those that had been delivered come again,
  /// flagged. Without `keep_durable`, nothing is left.
  ///
  /// What was settled in the last `forgotten` comes again too, flagged, where it stood unless a
  /// fault decides otherwise: the settlement was not on disk yet. Returns those copies, queue by
  /// queue, oldest settlement first.
  std::vector<Returning> restart(bool keep_durable, TimePoint now, Duration forgotten = {});
  /// From now on, remembers for `age` what was settled, which is the most that a restart can
  /// forget.
  void remember_settled(Duration age);
  /// Deletes a queue from outside; its consumers are told. No-op if there is no such queue.
  void delete_queue(const std::string& queue, TimePoint now);

  // What a test or a report looks at.
  [[nodiscard]] bool has_queue(const std::string& queue) const;
  [[nodiscard]] bool has_exchange(const std::string& exchange) const;
  /// How many undelivered copies are in the queue, including those that are held or not ready yet.
  /// An expired copy counts until it reaches the head and something happens to the queue.
  [[nodiscard]] std::size_t ready(const std::string& queue) const;
  [[nodiscard]] std::size_t unacknowledged(const std::string& queue) const;
  [[nodiscard]] std::vector<std::string> queues() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
