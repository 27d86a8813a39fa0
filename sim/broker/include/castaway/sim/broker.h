#pragma once
// Broker: a model of an AMQP 0-9-1 broker, in AMQP's own words. It has no socket, no clock and no
// randomness, so that its caller decides everything.
//
// Pass it the methods that arrived on a channel, and when; it answers through BrokerOutput. It asks
// QueueFaults what happens to a message in a queue, at the moment the message is enqueued and
// before a consumer is chosen.
//
// sim/broker/scripts holds a real RabbitMQ's answers to the same commands, and says what is not
// modelled. Source: AMQP 0-9-1 specification; RabbitMQ's extensions to it, version 3.10.

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/amqp/message.h"
#include "castaway/amqp/method.h"
#include "castaway/time.h"

namespace castaway::sim {

using ConnectionId = std::uint64_t;
using ChannelNumber = std::uint16_t;

/// A channel of a connection. Number 0 is the connection itself.
struct ChannelId {
  ConnectionId connection = 0;
  ChannelNumber number = 0;
  friend auto operator<=>(const ChannelId&, const ChannelId&) = default;
};

using MessageId = std::uint64_t;

/// A message from publish to its end; its copies and redeliveries share it. The caller may derive
/// from it what it wants to remember of the message: the broker lets go of it when nothing of the
/// message is left there.
struct Carried {
  explicit Carried(MessageId number) : id(number) {}
  virtual ~Carried() = default;

  const MessageId id;
  bool unroutable = false;  ///< it finds no queue, whatever the bindings say
  bool refused = false;     ///< no queue takes it, and it is nacked
};
using CarriedPtr = std::shared_ptr<Carried>;

/// A copy of a message on its way to a consumer.
struct BrokerDelivery {
  amqp::BasicDeliver method = {};
  std::shared_ptr<const amqp::Message> content = {};
  std::string queue = {};
  CarriedPtr message = {};
  std::uint32_t copy = 1;     ///< 1 is the original, 2 and up are the copies that a fault made
  std::uint32_t attempt = 1;  ///< which delivery of this copy: 2 and up are redeliveries
  bool no_ack = false;        ///< it counts as settled: its consumer acknowledges nothing
  /// It answers a basic.get: how many messages are left in the queue. Its consumer tag is empty.
  std::optional<std::uint32_t> left = {};
};

/// A mandatory publication that no queue took. Its confirm follows.
struct BrokerReturn {
  amqp::BasicReturn method = {};
  std::shared_ptr<const amqp::Message> content = {};
};

/// Gets the broker's answers, in order for each connection. A handler must not call back into the
/// broker: note the answer, and act on it once the broker's method has returned.
class BrokerOutput {
 public:
  virtual ~BrokerOutput() = default;
  /// Every method that has no content and confirms nothing. After a channel.close, the broker reads
  /// nothing from that channel until channel.close-ok; after a connection.close or its -ok, it has
  /// forgotten the connection.
  virtual void say(ChannelId to, const amqp::Method& method) = 0;
  /// A basic.ack or basic.nack of publication `tag`, which counts from 1 on each channel, from
  /// confirm.select on.
  virtual void confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                         const CarriedPtr& message) = 0;
  virtual void returned(ChannelId to, BrokerReturn returned) = 0;
  virtual void deliver(ChannelId to, BrokerDelivery delivery) = 0;

  /// A consumer of `queue` was made on that connection. Comes before its first delivery.
  virtual void consumes(ConnectionId from, const std::string& queue) = 0;
  /// The queue is about to go because nobody used it for as long as it may idle.
  virtual void lapsed(const std::string& queue) = 0;
  /// A message leaves the queue for good, and nobody gets it: "expired", "maxlen",
  /// "delivery_limit", "queue gone" or "purged". It may still go to a dead letter exchange. Or it
  /// never came to the queue, although it would have by a binding that unbind() took away:
  /// "unbound".
  virtual void dropped(const CarriedPtr& message, const std::string& queue,
                       std::string_view why) = 0;
  /// The queue is gone: deleted, lapsed, or lost in a restart.
  virtual void removed(const std::string& queue) = 0;
  /// A publication was routed. `queues` says how many queues took it, without full ones that
  /// refused it. Comes before its confirm.
  virtual void accepted(ConnectionId from, const CarriedPtr& message,
                        const amqp::Publication& publication, std::size_t queues) = 0;
  /// An ack, a nack or a reject was processed. `from` is 0 for a delivery that counted as settled
  /// when it was sent, as those of consumers without acknowledgements do.
  virtual void settled(ConnectionId from, const CarriedPtr& message, std::uint32_t copy, bool ack,
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
  /// Which connection may consume a copy: any; the one that has the original, or had it last (any,
  /// once that one has ended); or any other. While the original waits, and while no such connection
  /// consumes, the copy waits without holding up others. One for another that comes back may go to
  /// any.
  enum class To : std::uint8_t { any, same, other } to = To::any;
  std::shared_ptr<const amqp::Publication> instead = {};  ///< what to deliver, if not what was sent
};

/// A copy that comes back to its queue, because it was given back, its connection was lost, or the
/// broker forgot that it was settled.
struct Returning {
  CarriedPtr message = {};
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
  [[nodiscard]] virtual std::vector<Placement> place(const CarriedPtr& message,
                                                     const std::string& queue,
                                                     const amqp::Publication& publication,
                                                     TimePoint now);
  /// Only `ready`, `held`, `may_be_overtaken` and `instead` of the placement count. Nothing: the
  /// copy is lost.
  [[nodiscard]] virtual std::optional<Placement> take_back(const Returning& copy,
                                                           const std::string& queue,
                                                           const amqp::Publication& publication,
                                                           TimePoint now);
};

/// How long a delivery may stay unacknowledged: the channel that holds an older one is closed with
/// 406, and what it held goes back. Source: RabbitMQ, consumer_timeout and channel_tick_interval.
struct ConsumerTimeout {
  Duration age = 30min;  ///< Duration::max() is for ever
  Duration tick = 1min;  ///< how often a channel is looked at, from the time at which it was opened
  friend bool operator==(const ConsumerTimeout&, const ConsumerTimeout&) = default;
};

/// Which exchanges and queues a user may configure, write to and read from: regular expressions
/// that are looked for in their names. An empty one allows nothing. Source: RabbitMQ, access
/// control.
struct Rights {
  std::string configure = ".*";
  std::string write = ".*";
  std::string read = ".*";
  friend bool operator==(const Rights&, const Rights&) = default;
};

/// A connection to be.
struct Opening {
  std::string name = {};           ///< for people
  std::string user = "guest";      ///< who messages may say that they are from; empty: anyone
  std::string virtual_host = "/";  ///< made if there is none of that name
  std::uint64_t node = 1;          ///< which it reaches, and the home of what queues it declares
};

/// Names of queues that go in or out are those of the virtual host "/"; a queue of another is
/// called "compute (vhost shop)".
class Broker final {
 public:
  Broker(BrokerOutput& output, QueueFaults& faults);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// It has no channel yet.
  ConnectionId open(Opening who, TimePoint now);
  /// The link broke: unacknowledged deliveries go back to where they stood, flagged as redelivered.
  /// `id` gets no answer. What was not read yet from a blocked connection is lost with it.
  void lost(ConnectionId id, TimePoint now);

  /// A method arrives, of channel 0 if it is one of class connection. One that has a content is
  /// none of these: see publish(). What arrives on a closed connection is ignored; on a blocked one
  /// it waits until that is unblocked.
  void take(ChannelId from, const amqp::Method& method, TimePoint now);
  /// The same for a basic.publish with its content. `message` is new, and so is its number.
  void publish(ChannelId from, CarriedPtr message, amqp::Publication publication, TimePoint now);

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
  /// Of the channels that are opened from now on.
  /// Throws: std::invalid_argument unless both times are positive.
  void set_consumer_timeout(ConsumerTimeout timeout);
  /// From now on. A user of whom nothing was said may do all.
  /// Throws: std::invalid_argument unless each of them is a regular expression.
  void set_rights(const std::string& user, const Rights& rights,
                  const std::string& virtual_host = "/");
  /// Deletes a queue from outside; its consumers are told. No-op if there is no such queue.
  void delete_queue(const std::string& queue, TimePoint now);

  // What an operator or an accident breaks in part: half_broken.cc.

  /// Takes away those consumers of `queue` whose connections are `of`, and tells them by
  /// basic.cancel; the queue stays, unless it goes with its last consumer. Returns their
  /// connections, each once.
  /// Source: RabbitMQ, consumer cancel notification, of a queue whose home has gone.
  std::vector<ConnectionId> cancel_consumers(const std::string& queue,
                                             const std::function<bool(ConnectionId)>& of,
                                             TimePoint now);
  /// Removes the bindings of `queue` to `exchange`, to every exchange if that is empty, with that
  /// routing key, or any if that is empty. What they would have brought is told as dropped until
  /// somebody binds it again. How many there were.
  std::size_t unbind(const std::string& queue, const std::string& exchange,
                     const std::string& routing_key, TimePoint now);
  /// Binds again what unbind() took away and nobody has bound since, if its queue is still there.
  void bind_again(TimePoint now);
  /// Drops all that waits in a queue, and tells it. How many there were.
  std::size_t purge(const std::string& queue, TimePoint now);
  enum class ChannelUse : std::uint8_t { any, consumes, does_not_consume };
  /// Closes the channels of a connection that are used so, as for an error; the whole connection if
  /// AMQP has it so for this code.
  void close_channels(ConnectionId id, ChannelUse use, std::uint16_t code, const std::string& text,
                      TimePoint now);

  /// A node goes down: classic queues that have their home there go if they are not durable, and
  /// else cannot be had until start_node(); what is published to them is nacked. Their consumers
  /// are told. What was delivered before may still be settled. Quorum queues go on elsewhere. Its
  /// connections are the caller's to end. Source: RabbitMQ, clustering,
  /// rabbit_amqqueue:on_node_down.
  void stop_node(std::uint64_t node, TimePoint now);
  void start_node(std::uint64_t node, TimePoint now);

  // What a test or a report looks at.
  [[nodiscard]] bool has_queue(const std::string& queue) const;
  /// Of "/".
  [[nodiscard]] bool has_exchange(const std::string& exchange) const;
  /// How many undelivered copies are in the queue, including those that are held or not ready yet.
  /// An expired copy counts until it reaches the head and something happens to the queue.
  [[nodiscard]] std::size_t ready(const std::string& queue) const;
  [[nodiscard]] std::size_t unacknowledged(const std::string& queue) const;
  /// How many copies wait for nothing but a consumer of the queue; 0 if it has none.
  [[nodiscard]] std::size_t due(const std::string& queue, TimePoint now) const;
  [[nodiscard]] std::vector<std::string> queues() const;
  /// How many connections are open.
  [[nodiscard]] std::size_t connections() const;

 private:
  class State;
  class VirtualHost;
  class VirtualHosts;
  std::unique_ptr<VirtualHosts> hosts_;
};

}  // namespace castaway::sim
