#pragma once
// Replies: why the broker closes a connection, in RabbitMQ's words.
//
// An error of the channel ends the connection as well, as it has only the one.
// Source: AMQP 0-9-1, reply codes; the texts are those of RabbitMQ 3.x.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "castaway/transport.h"

namespace castaway::sim::replies {

/// "queue 'compute' in vhost '/'": what an error is about.
[[nodiscard]] std::string queue(std::string_view name);
[[nodiscard]] std::string exchange(std::string_view name);

[[nodiscard]] Closed not_found(const std::string& what);
[[nodiscard]] Closed resource_locked(const std::string& what);
[[nodiscard]] Closed reserved_name(std::string_view kind, std::string_view name);
[[nodiscard]] Closed default_exchange();
[[nodiscard]] Closed precondition_failed(const std::string& text);
[[nodiscard]] Closed unknown_delivery_tag(std::uint64_t tag);
[[nodiscard]] Closed unknown_exchange_type(std::string_view type);
[[nodiscard]] Closed consumer_tag_in_use(std::string_view tag);
[[nodiscard]] Closed queue_without_a_name();
[[nodiscard]] Closed goodbye();

/// How the second declaration differs from what is there; nothing if it does not.
[[nodiscard]] std::optional<Closed> difference(const ExchangeDeclaration& current,
                                               const ExchangeDeclaration& received);
[[nodiscard]] std::optional<Closed> difference(const QueueDeclaration& current,
                                               const QueueDeclaration& received);

/// Why a queue cannot have this as its x-expires, or a message this as its expiration (both are
/// milliseconds); nothing if it can.
[[nodiscard]] std::optional<Closed> bad_expires(std::string_view queue, const TableValue& value);
[[nodiscard]] std::optional<Closed> bad_expiration(std::string_view text);

}  // namespace castaway::sim::replies
