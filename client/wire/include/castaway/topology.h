#pragma once
// Topology: the names of exchanges and queues, and how they are declared.
//
// Policy oslo names them as oslo.messaging does; use it to share a broker with oslo.messaging. With
// it, exchanges do not keep topics apart, and `*` and `#` in a name are wildcards. Policy isolated
// puts the exchange into each name and escapes special characters, so that no two (exchange, topic,
// server) collide. Source: oslo_messaging/_drivers/impl_rabbit.py, rabbit_opts,
// declare_topic_consumer, declare_fanout_consumer, declare_direct_consumer.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "castaway/target.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway {

enum class TopologyPolicy { oslo, isolated };

/// oslo.messaging's options of [oslo_messaging_rabbit] that shape queues. All programs that share a
/// broker must agree on them, because it refuses to declare a queue in two ways.
struct QueueOptions {
  bool amqp_durable_queues = false;  ///< control exchange, topic and server queues
  bool amqp_auto_delete = false;     ///< the same
  bool rabbit_ha_queues = false;     ///< every queue; not together with rabbit_quorum_queue
  bool rabbit_quorum_queue = false;  ///< topic and server queues; durable, with their exchange
  std::uint32_t rabbit_quorum_delivery_limit = 0;     ///< 0: none
  std::uint32_t rabbit_quorum_max_memory_length = 0;  ///< messages; 0: no limit
  std::uint32_t rabbit_quorum_max_memory_bytes = 0;   ///< 0: no limit
  /// More arguments of topic and server queues, as the broker knows them: "x-max-length". They go
  /// before those that the options above set. oslo.messaging has no such option.
  std::vector<std::pair<std::string, TableValue>> arguments = {};
  /// The broker deletes a fanout or reply queue that has been unused for this long; 0: never.
  Duration rabbit_transient_queues_ttl = 1800s;
  /// Reply queues belong to the connection of their client, and go with it. No option of
  /// oslo.messaging.
  bool exclusive_reply_queues = false;
  /// The most unacknowledged deliveries for each consumer; 0: no limit. Profile classic only.
  std::uint16_t rabbit_qos_prefetch_count = 0;
};

/// A queue to consume, with everything that must be declared for it.
struct Consumption {
  std::optional<ExchangeDeclaration> exchange = {};  ///< none: reached through the default exchange
  QueueDeclaration queue = {};
  std::string routing_key = {};
  std::string consumer_tag = {};
  bool delete_on_close = false;
};

/// Where a request is published.
struct Address {
  ExchangeDeclaration exchange = {};
  std::string routing_key = {};
};

class Topology final {
 public:
  /// `control_exchange` is the exchange of targets that name none.
  /// Throws: std::invalid_argument for an empty control_exchange, for ha queues that are quorum
  /// queues, and for a ttl that is negative or beyond 2^31 - 1 ms.
  Topology(TopologyPolicy policy, const QueueOptions& options, std::string control_exchange);

  /// The three queues of a server: its topic's, its own, and its fanout queue, which ends in `id`.
  /// Throws: InvalidTarget if a name would be longer than AMQP's 255 bytes.
  [[nodiscard]] std::vector<Consumption> server_queues(const Target& target,
                                                       const std::string& id) const;

  /// A client's reply queue: "reply_" and an id.
  [[nodiscard]] Consumption reply_queue(const std::string& name) const;

  /// Throws: InvalidTarget if a name would be longer than AMQP's 255 bytes.
  [[nodiscard]] Address address_of(const Target& target) const;

 private:
  struct Names;
  [[nodiscard]] Names names_of(const Target& target) const;
  [[nodiscard]] ExchangeDeclaration control_exchange(const std::string& name) const;
  [[nodiscard]] Table transient_arguments() const;
  [[nodiscard]] QueueDeclaration lasting_queue(const std::string& name) const;

  TopologyPolicy policy_;
  QueueOptions options_;
  std::string control_exchange_;
};

}  // namespace castaway
