#pragma once
// Transport: the seam between the library and a broker, in the words of AMQP 0-9-1. Implement it to
// run the library over another broker: see docs/guide/transports.md.
//
// No method waits. Each hands something over; its result comes back through ConnectionEvents, in
// the order in which the broker sent it. Everything that must be derived (accepted, refused or in
// doubt; reply queues, retries, deadlines) is the library's work, not the transport's.
//
// A Connection has one channel, as in oslo.messaging, and is opened once. To reconnect, ask the
// Transport for another. Calls on a closed connection do nothing.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "castaway/capabilities.h"
#include "castaway/time.h"

namespace castaway {

/// Header and declaration arguments: text, integer or boolean values.
using TableValue = std::variant<bool, std::int64_t, std::string>;
using Table = std::map<std::string, TableValue>;

/// The longest name of an exchange or a queue, and the longest routing key, in bytes.
/// Source: AMQP 0-9-1, 4.2.5.3, short strings.
inline constexpr std::size_t longest_name = 255;

/// An absent property is empty.
/// Source: AMQP 0-9-1, 1.8.1, properties of class basic.
struct Properties {
  std::string content_type = {};
  std::string content_encoding = {};
  Table headers = {};
  std::optional<std::uint8_t> delivery_mode = {};  ///< 2 is persistent
  std::optional<std::uint8_t> priority = {};
  std::string expiration = {};  ///< milliseconds in decimal
  friend bool operator==(const Properties&, const Properties&) = default;
};

struct Message {
  Properties properties = {};
  std::string body = {};
  friend bool operator==(const Message&, const Message&) = default;
};

struct Publication {
  std::string exchange = {};  ///< "" is the default exchange: the routing key names the queue
  std::string routing_key = {};
  bool mandatory = false;
  Message message = {};
  friend bool operator==(const Publication&, const Publication&) = default;
};

struct ExchangeDeclaration {
  std::string exchange = {};
  std::string type = "topic";  ///< "direct", "topic" or "fanout"
  bool passive = false;        ///< only asks whether it is there
  bool durable = false;
  bool auto_delete = false;
  bool internal = false;  ///< takes messages only from other exchanges
  Table arguments = {};
  friend bool operator==(const ExchangeDeclaration&, const ExchangeDeclaration&) = default;
};

struct QueueDeclaration {
  std::string queue = {};
  bool passive = false;  ///< only asks whether it is there
  bool durable = false;
  bool exclusive = false;
  bool auto_delete = false;
  Table arguments = {};
  friend bool operator==(const QueueDeclaration&, const QueueDeclaration&) = default;
};

struct Delivery {
  std::string consumer_tag = {};
  std::uint64_t delivery_tag = 0;  ///< counts from 1 on each connection
  bool redelivered = false;
  std::string exchange = {};
  std::string routing_key = {};
  Message message = {};
};

/// A mandatory publication that no queue took. Its confirm follows.
struct Returned {
  std::uint16_t reply_code = 312;
  std::string reply_text = "NO_ROUTE";
  std::string exchange = {};
  std::string routing_key = {};
  Message message = {};
};

/// Why a connection closed.
struct Closed {
  std::uint16_t code = 0;  ///< AMQP reply code; 0 when the link broke or could not be made
  std::string text = {};
  bool by_us = false;  ///< answers our close()
};

/// The number of a request that the broker answers with an -ok (declare, bind, delete, consume,
/// cancel, …); counts from 1 on each connection.
using RequestNumber = std::uint64_t;

/// What comes back from the broker. The transport calls one event at a time for each connection,
/// and none from inside a Connection's method. A handler must not wait.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  virtual void opened() = 0;
  /// The broker has carried out the request, and all before it.
  virtual void completed(RequestNumber request) = 0;
  /// The broker has taken charge of publication `tag` (and all before it if `multiple`), or has
  /// refused it if not `ack`.
  virtual void confirmed(std::uint64_t tag, bool multiple, bool ack) = 0;
  /// Comes instead of a confirm: publication `tag` is too long for this broker, and no byte of it
  /// was sent.
  virtual void refused(std::uint64_t tag, const std::string& /*why*/) {
    confirmed(tag, false, false);
  }
  virtual void returned(Returned returned) = 0;
  virtual void delivered(Delivery delivery) = 0;
  /// The broker cancelled the consumer, because its queue was deleted.
  virtual void cancelled(const std::string& consumer_tag) = 0;
  /// The broker is short of a resource and reads nothing more from this connection until
  /// unblocked(). Everything waits from the first publication after the shortage began.
  virtual void blocked(const std::string& /*reason*/) {}
  virtual void unblocked() {}
  /// The last event of a connection.
  virtual void closed(Closed closed) = 0;
};

class Connection {
 public:
  /// Breaks the link without a goodbye unless close() has completed. No event comes during or after
  /// it.
  virtual ~Connection() = default;

  virtual RequestNumber declare_exchange(const ExchangeDeclaration& declaration) = 0;
  virtual RequestNumber declare_queue(const QueueDeclaration& declaration) = 0;
  virtual RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                                   const std::string& routing_key) = 0;
  virtual RequestNumber delete_queue(const std::string& queue) = 0;
  /// Allows `count` unacknowledged deliveries for each consumer that is made from now on; 0 is no
  /// limit.
  virtual RequestNumber prefetch(std::uint16_t count) = 0;
  virtual RequestNumber consume(const std::string& queue, const std::string& consumer_tag) = 0;
  virtual RequestNumber cancel(const std::string& consumer_tag) = 0;
  virtual RequestNumber confirm_select() = 0;

  /// Returns the publication's tag, which counts from 1 on each connection, as publisher confirms
  /// do.
  virtual std::uint64_t publish(Publication publication) = 0;
  virtual void acknowledge(std::uint64_t delivery_tag, bool multiple = false) = 0;
  virtual void reject(std::uint64_t delivery_tag, bool requeue) = 0;

  /// Ends the connection in an orderly way; closed() follows.
  virtual void close() = 0;

  /// The highest tag of which a byte may have been sent. Publications above it were not sent; once
  /// the connection has closed, those up to it without a confirm are in doubt. You can still read
  /// it then.
  [[nodiscard]] virtual std::uint64_t sent_through() const = 0;
};

enum class Purpose { send, listen };

class Transport {
 public:
  virtual ~Transport() = default;
  /// Begins to connect. `events` must outlive the connection; opened() or closed() reports the
  /// result. `name` is for people.
  [[nodiscard]] virtual std::unique_ptr<Connection> connect(Purpose purpose,
                                                            const std::string& name,
                                                            ConnectionEvents& events) = 0;
  /// What the transport promises; everything unless overridden.
  [[nodiscard]] virtual Capabilities capabilities() const { return {}; }
};

}  // namespace castaway
