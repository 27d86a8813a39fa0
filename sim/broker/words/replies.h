#pragma once
// Replies: why the broker closes a channel or a connection, in RabbitMQ's words.
//
// Source: AMQP 0-9-1, reply codes; the texts are those of RabbitMQ 3.x.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"
#include "castaway/time.h"

namespace castaway::sim {

/// Thrown by whoever carries out a method, before it has changed anything.
struct Refusal {
  std::uint16_t code = 0;
  std::string text = {};

  /// Whether it ends the whole connection, not only the channel. Source: AMQP 0-9-1, 1.2, the
  /// classes of errors; rabbit_framing:lookup_amqp_exception.
  [[nodiscard]] bool ends_connection() const { return code < 311 || code > 406 || code == 402; }
};

namespace replies {

/// "queue 'compute' in vhost '/'": what an error is about.
[[nodiscard]] std::string queue(std::string_view name, std::string_view virtual_host);
[[nodiscard]] std::string exchange(std::string_view name, std::string_view virtual_host);

[[nodiscard]] Refusal access_refused(const std::string& what, std::string_view user);
[[nodiscard]] Refusal not_found(const std::string& what);
/// Of a durable queue.
[[nodiscard]] Refusal home_is_down(std::uint64_t node, const std::string& queue);
[[nodiscard]] Refusal resource_locked(const std::string& what);
[[nodiscard]] Refusal reserved_name(std::string_view kind, std::string_view name);
[[nodiscard]] Refusal default_exchange();
[[nodiscard]] Refusal system_exchange(const std::string& exchange);
/// An argument of `what` that names an exchange, and is no text.
[[nodiscard]] Refusal invalid_exchange_argument(std::string_view key, const std::string& what,
                                                const amqp::FieldValue& value);
[[nodiscard]] Refusal internal_exchange(const std::string& exchange);
[[nodiscard]] Refusal precondition_failed(const std::string& text);
[[nodiscard]] Refusal unknown_delivery_tag(std::uint64_t tag);
[[nodiscard]] Refusal consumer_timeout(std::uint16_t channel, Duration age);
[[nodiscard]] Refusal unknown_exchange_type(std::string_view type);
[[nodiscard]] Refusal consumer_tag_in_use(std::string_view tag);
[[nodiscard]] Refusal no_queue_declared();
[[nodiscard]] Refusal in_use(const std::string& what);
[[nodiscard]] Refusal not_empty(const std::string& what);
[[nodiscard]] Refusal in_exclusive_use(const std::string& queue);
/// A quorum queue with a single active consumer.
[[nodiscard]] Refusal not_to_be_fetched(const std::string& queue);
[[nodiscard]] Refusal channel_not_open();
[[nodiscard]] Refusal channel_opened_twice();
/// `what` is a method, or a field of it with its value.
[[nodiscard]] Refusal not_implemented(std::string_view what);
[[nodiscard]] Refusal shutdown();

/// Why no frame can carry a name (a short string has at most 255 bytes; a real client library will
/// not send more); nothing if one can.
[[nodiscard]] std::optional<Refusal> bad_name(std::string_view name);
/// Throws: Refusal if the name is a bad one.
void check_name(std::string_view name);

/// How the second declaration of `what` differs from what is there; nothing if it does not.
[[nodiscard]] std::optional<Refusal> difference(const std::string& what,
                                                const amqp::ExchangeDeclare& current,
                                                const amqp::ExchangeDeclare& received);
[[nodiscard]] std::optional<Refusal> difference(const std::string& what,
                                                const amqp::QueueDeclare& current,
                                                const amqp::QueueDeclare& received);

/// RabbitMQ's word for the type of an argument.
[[nodiscard]] std::string_view type_of(const amqp::FieldValue& value);

}  // namespace replies
}  // namespace castaway::sim
