#pragma once
// Topology: the names of exchanges and queues, and how they are declared.
// Source: oslo_messaging/_drivers/impl_rabbit.py, declare_topic_consumer, declare_fanout_consumer,
// declare_direct_consumer.

#include <string>
#include <vector>

#include "castaway/target.h"
#include "castaway/transport.h"

namespace castaway {

/// A queue that somebody consumes, with all that must be there for it.
struct Consumption {
  std::optional<ExchangeDeclaration> exchange = {};  ///< none: reached through the default exchange
  QueueDeclaration queue = {};
  std::string routing_key = {};
  std::string consumer_tag = {};
  bool delete_on_close = false;
};

[[nodiscard]] ExchangeDeclaration control_exchange(const std::string& exchange, bool durable);
[[nodiscard]] ExchangeDeclaration fanout_exchange(const std::string& topic);

/// The three queues of a server: its topic's, its own, and its fanout queue, which ends in `id`.
[[nodiscard]] std::vector<Consumption> server_queues(const Target& target,
                                                     const std::string& exchange, bool durable,
                                                     const std::string& id);

/// A client's reply queue: "reply_" and an id.
[[nodiscard]] Consumption reply_queue(const std::string& name);

/// Where a request to `target` is published.
struct Address {
  ExchangeDeclaration exchange = {};
  std::string routing_key = {};
};
[[nodiscard]] Address address_of(const Target& target, const std::string& exchange, bool durable);

}  // namespace castaway
