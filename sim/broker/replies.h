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
[[nodiscard]] Closed system_exchange(std::string_view name);
/// An argument of `what` that names an exchange, and is no text.
[[nodiscard]] Closed invalid_exchange_argument(std::string_view key, const std::string& what,
                                               const TableValue& value);
[[nodiscard]] Closed internal_exchange(std::string_view name);
[[nodiscard]] Closed precondition_failed(const std::string& text);
[[nodiscard]] Closed unknown_delivery_tag(std::uint64_t tag);
[[nodiscard]] Closed unknown_exchange_type(std::string_view type);
[[nodiscard]] Closed consumer_tag_in_use(std::string_view tag);
[[nodiscard]] Closed queue_without_a_name();
[[nodiscard]] Closed recover_without_requeue();
[[nodiscard]] Closed shutdown();
[[nodiscard]] Closed goodbye();

/// Why no frame can carry a name (a short string has at most 255 bytes; a real client library will
/// not send more); nothing if one can.
[[nodiscard]] std::optional<Closed> bad_name(std::string_view name);

/// How the second declaration differs from what is there; nothing if it does not.
[[nodiscard]] std::optional<Closed> difference(const ExchangeDeclaration& current,
                                               const ExchangeDeclaration& received);
[[nodiscard]] std::optional<Closed> difference(const QueueDeclaration& current,
                                               const QueueDeclaration& received);

/// RabbitMQ's word for the type of an argument.
[[nodiscard]] std::string_view type_of(const TableValue& value);

}  // namespace castaway::sim::replies
