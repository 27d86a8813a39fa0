#pragma once
// Arguments: what the x-arguments of a queue or a consumer mean, and why the broker refuses some.
//
// An argument that RabbitMQ does not know it ignores, and so do we.
// Source: RabbitMQ, queue length limit; time-to-live; dead letter exchanges; quorum queues.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"
#include "castaway/time.h"

#include "replies.h"

namespace castaway::sim {

struct QueueArguments {
  enum class Overflow : std::uint8_t { drop_head, reject_publish, reject_publish_dlx };

  std::optional<std::uint64_t> max_length = {};
  std::optional<std::uint64_t> max_bytes = {};  ///< of the bodies
  Overflow overflow = Overflow::drop_head;
  std::optional<Duration> message_ttl = {};
  std::optional<Duration> expires = {};  ///< without use
  std::optional<std::string> dead_letter_exchange = {};
  std::optional<std::string> dead_letter_key = {};
  std::uint8_t max_priority = 0;                     ///< what messages can have; 0: all are equal
  bool single_active_consumer = false;               ///< one gets all messages
  bool quorum = false;                               ///< counts deliveries, and has to be durable
  std::optional<std::uint64_t> delivery_limit = {};  ///< of a quorum queue

  [[nodiscard]] bool limited() const { return max_length.has_value() || max_bytes.has_value(); }
};

/// Requires: that refusal(declaration) has no objection.
[[nodiscard]] QueueArguments read_arguments(const amqp::QueueDeclare& declaration);

/// Why no queue, called `what`, can have these arguments, with these properties; nothing if one
/// can.
[[nodiscard]] std::optional<Refusal> refusal_of_arguments(const amqp::QueueDeclare& declaration,
                                                          const std::string& what);

/// Why no consumer of such a queue, called `what`, can have these arguments; nothing if one can.
[[nodiscard]] std::optional<Refusal> refusal_of_arguments(const amqp::BasicConsume& consume,
                                                          const std::string& what, bool quorum);
/// Requires: that refusal_of_arguments has no objection.
[[nodiscard]] std::int64_t consumer_priority(const amqp::BasicConsume& consume);

/// Those that have to be equal when a queue is declared again, in the order in which RabbitMQ
/// compares them.
[[nodiscard]] std::span<const std::string_view> compared_arguments();

/// What is wrong with so many milliseconds, as Erlang prints it; nothing if a message or a queue
/// may have them.
[[nodiscard]] std::optional<std::string> wrong_with_milliseconds(std::int64_t value);
/// Why a message cannot have this as its expiration; nothing if it can.
[[nodiscard]] std::optional<Refusal> bad_expiration(std::string_view text);
/// When a message expires that is published now; `never` if it does not say.
/// Requires: that bad_expiration has no objection to it.
[[nodiscard]] TimePoint expiry_time(const std::optional<std::string>& expiration, TimePoint now);

}  // namespace castaway::sim
