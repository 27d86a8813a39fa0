#include "replies.h"

#include <cstdint>
#include <type_traits>
#include <variant>

#include <fmt/format.h>

#include "arguments.h"

namespace castaway::sim::replies {
namespace {

Refusal inequivalent(std::string_view argument, const std::string& what,
                     const std::string& received, const std::string& current) {
  return precondition_failed(
      fmt::format("inequivalent arg '{}' for {}: received {} but current is {}", argument, what,
                  received, current));
}

std::string flag(bool value) { return value ? "'true'" : "'false'"; }

struct Text {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const amqp::ByteArray& value) const { return value.bytes; }
  std::string operator()(const amqp::Timestamp& value) const {
    return std::to_string(value.seconds);
  }
  template <class Number>
  requires std::is_arithmetic_v<Number> std::string operator()(Number value) const {
    return fmt::format("{}", value);
  }
  template <class Other>
  requires(!std::is_arithmetic_v<Other>) std::string operator()(const Other&) const {
    return "...";
  }
};

/// A value beside another one, or beside none.
std::string beside(const amqp::FieldValue& value, const amqp::FieldValue* other) {
  const std::string text = std::visit(Text(), value.value);
  if (other != nullptr) return "'" + text + "'";
  return fmt::format("the value '{}' of type '{}'", text, type_of(value));
}

/// An integer is the same in any width.
bool means_the_same(const amqp::FieldValue& a, const amqp::FieldValue& b) {
  const auto number = a.integer();
  return number.has_value() ? number == b.integer() : a == b;
}

std::optional<Refusal> difference_in(std::string_view key, const std::string& what,
                                     const amqp::FieldTable& current,
                                     const amqp::FieldTable& received) {
  const amqp::FieldValue* const is = current.find(key);
  const amqp::FieldValue* const wanted = received.find(key);
  if (is == wanted || (is != nullptr && wanted != nullptr && means_the_same(*is, *wanted)))
    return std::nullopt;
  return inequivalent(key, what, wanted == nullptr ? "none" : beside(*wanted, is),
                      is == nullptr ? "none" : beside(*is, wanted));
}

}  // namespace

std::string queue(std::string_view name, std::string_view virtual_host) {
  return fmt::format("queue '{}' in vhost '{}'", name, virtual_host);
}

std::string exchange(std::string_view name, std::string_view virtual_host) {
  return fmt::format("exchange '{}' in vhost '{}'", name, virtual_host);
}

Refusal access_refused(const std::string& what, std::string_view user) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - access to {} refused for user '{}'", what, user)};
}

Refusal not_found(const std::string& what) {
  return {.code = 404, .text = fmt::format("NOT_FOUND - no {}", what)};
}

Refusal home_is_down(std::uint64_t node, const std::string& queue) {
  return {.code = 404,
          .text = fmt::format(
              "NOT_FOUND - home node 'rabbit@node-{}' of durable {} is down or inaccessible", node,
              queue)};
}

Refusal resource_locked(const std::string& what) {
  return {
      .code = 405,
      .text = fmt::format(
          "RESOURCE_LOCKED - cannot obtain exclusive access to locked {}. It could be originally "
          "declared on another connection or the exclusive property value does not match that "
          "of the original declaration.",
          what)};
}

Refusal reserved_name(std::string_view kind, std::string_view name) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - {} name '{}' contains reserved prefix 'amq.*'",
                              kind, name)};
}

Refusal default_exchange() {
  return {.code = 403, .text = "ACCESS_REFUSED - operation not permitted on the default exchange"};
}

Refusal system_exchange(const std::string& exchange) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - deletion of system {} not allowed", exchange)};
}

Refusal invalid_exchange_argument(std::string_view key, const std::string& what,
                                  const amqp::FieldValue& value) {
  return precondition_failed(
      fmt::format("invalid type '{}' for arg '{}' in {}", type_of(value), key, what));
}

Refusal internal_exchange(const std::string& exchange) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - cannot publish to internal {}", exchange)};
}

Refusal precondition_failed(const std::string& text) {
  return {.code = 406, .text = "PRECONDITION_FAILED - " + text};
}

Refusal unknown_delivery_tag(std::uint64_t tag) {
  return precondition_failed(fmt::format("unknown delivery tag {}", tag));
}

Refusal consumer_timeout(std::uint16_t channel, Duration age) {
  return precondition_failed(
      fmt::format("delivery acknowledgement on channel {} timed out. Timeout value used: {} ms. "
                  "This timeout value can be configured, see consumers doc guide to learn more",
                  channel, age / 1ms));
}

Refusal unknown_exchange_type(std::string_view type) {
  return {.code = 503, .text = fmt::format("COMMAND_INVALID - unknown exchange type '{}'", type)};
}

Refusal consumer_tag_in_use(std::string_view tag) {
  return {.code = 530,
          .text = fmt::format("NOT_ALLOWED - attempt to reuse consumer tag '{}'", tag)};
}

Refusal no_queue_declared() {
  return {.code = 404, .text = "NOT_FOUND - no previously declared queue"};
}

Refusal in_use(const std::string& what) { return precondition_failed(what + " in use"); }

Refusal not_empty(const std::string& what) { return precondition_failed(what + " not empty"); }

Refusal in_exclusive_use(const std::string& queue) {
  return {.code = 403, .text = fmt::format("ACCESS_REFUSED - {} in exclusive use", queue)};
}

Refusal not_to_be_fetched(const std::string& queue) {
  return {.code = 405,
          .text = fmt::format("RESOURCE_LOCKED - cannot obtain access to locked {}. basic.get "
                              "operations are not supported by quorum queues with single active "
                              "consumer",
                              queue)};
}

Refusal channel_not_open() {
  return {.code = 504, .text = "CHANNEL_ERROR - expected 'channel.open'"};
}

Refusal channel_opened_twice() {
  return {.code = 504, .text = "CHANNEL_ERROR - second 'channel.open' seen"};
}

Refusal not_implemented(std::string_view what) {
  return {.code = 540, .text = fmt::format("NOT_IMPLEMENTED - {}", what)};
}

Refusal shutdown() {
  return {.code = 320,
          .text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"};
}

std::optional<Refusal> bad_name(std::string_view name) {
  if (name.size() <= 255) return std::nullopt;
  return Refusal{.code = 502,
                 .text = fmt::format(
                     "SYNTAX_ERROR - a name of {} bytes, and 255 fit a short string", name.size())};
}

void check_name(std::string_view name) {
  if (auto refused = bad_name(name)) throw *refused;
}

std::optional<Refusal> difference(const std::string& what, const amqp::ExchangeDeclare& current,
                                  const amqp::ExchangeDeclare& received) {
  if (received.type != current.type) {
    return inequivalent("type", what, "'" + received.type + "'", "'" + current.type + "'");
  }
  if (received.durable != current.durable) {
    return inequivalent("durable", what, flag(received.durable), flag(current.durable));
  }
  if (received.auto_delete != current.auto_delete) {
    return inequivalent("auto_delete", what, flag(received.auto_delete), flag(current.auto_delete));
  }
  if (received.internal != current.internal) {
    return inequivalent("internal", what, flag(received.internal), flag(current.internal));
  }
  return difference_in("alternate-exchange", what, current.arguments, received.arguments);
}

std::optional<Refusal> difference(const std::string& what, const amqp::QueueDeclare& current,
                                  const amqp::QueueDeclare& received) {
  if (received.durable != current.durable) {
    return inequivalent("durable", what, flag(received.durable), flag(current.durable));
  }
  if (received.auto_delete != current.auto_delete) {
    return inequivalent("auto_delete", what, flag(received.auto_delete), flag(current.auto_delete));
  }
  if (received.exclusive != current.exclusive) return resource_locked(what);
  for (const std::string_view key : compared_arguments()) {
    auto differs = difference_in(key, what, current.arguments, received.arguments);
    if (differs.has_value()) return differs;
  }
  return std::nullopt;
}

std::string_view type_of(const amqp::FieldValue& value) {
  struct Name {
    std::string_view operator()(std::monostate) const { return "void"; }
    std::string_view operator()(bool) const { return "bool"; }
    std::string_view operator()(std::int8_t) const { return "byte"; }
    std::string_view operator()(std::uint8_t) const { return "unsignedbyte"; }
    std::string_view operator()(std::int16_t) const { return "short"; }
    std::string_view operator()(std::uint16_t) const { return "unsignedshort"; }
    std::string_view operator()(std::int32_t) const { return "signedint"; }
    std::string_view operator()(std::uint32_t) const { return "unsignedint"; }
    std::string_view operator()(std::int64_t) const { return "long"; }
    std::string_view operator()(std::uint64_t) const { return "unsignedlong"; }
    std::string_view operator()(float) const { return "float"; }
    std::string_view operator()(double) const { return "double"; }
    std::string_view operator()(const amqp::Decimal&) const { return "decimal"; }
    std::string_view operator()(const std::string&) const { return "longstr"; }
    std::string_view operator()(const amqp::ByteArray&) const { return "binary"; }
    std::string_view operator()(const amqp::Timestamp&) const { return "timestamp"; }
    std::string_view operator()(const amqp::FieldArray&) const { return "array"; }
    std::string_view operator()(const amqp::FieldTable&) const { return "table"; }
  };
  return std::visit(Name(), value.value);
}

}  // namespace castaway::sim::replies
