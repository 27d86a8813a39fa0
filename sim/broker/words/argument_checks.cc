// Checks of arguments: what is wrong with a value, as Erlang prints it.

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "arguments.h"

namespace castaway::sim {
namespace {

using Wrong = std::optional<std::string>;

constexpr std::int64_t ten_years_ms = 315'360'000'000;

Wrong negative(std::int64_t value) {
  if (value >= 0) return std::nullopt;
  return fmt::format("{{value_negative,{}}}", value);
}

}  // namespace

std::optional<std::string> wrong_with_milliseconds(std::int64_t value) {
  if (value <= ten_years_ms) return negative(value);
  return fmt::format("{{value_too_large,{}}}", value);
}

namespace {

Wrong not_an_integer(const amqp::FieldValue& value) {
  if (value.integer().has_value()) return std::nullopt;
  return fmt::format("\"expected integer, got {}\"", replies::type_of(value));
}

Wrong not_text(const amqp::FieldValue& value) {
  if (value.get<std::string>() != nullptr) return std::nullopt;
  return fmt::format("{{unacceptable_type,{}}}", replies::type_of(value));
}

Wrong not_a_length(const amqp::FieldValue& value) {
  const Wrong wrong = not_an_integer(value);
  return wrong.has_value() ? wrong : negative(*value.integer());
}

Wrong not_a_time(const amqp::FieldValue& value) {
  const Wrong wrong = not_an_integer(value);
  return wrong.has_value() ? wrong : wrong_with_milliseconds(*value.integer());
}

Wrong not_an_expiry(const amqp::FieldValue& value) {
  if (value.integer() == 0) return "{value_zero,0}";
  return not_a_time(value);
}

Wrong not_an_overflow(const amqp::FieldValue& value) {
  if (const Wrong wrong = not_text(value)) return wrong;
  const std::string& word = *value.get<std::string>();
  if (word == "drop-head" || word == "reject-publish" || word == "reject-publish-dlx") {
    return std::nullopt;
  }
  return "invalid_overflow";
}

Wrong not_a_type(const amqp::FieldValue& value) {
  if (const Wrong wrong = not_text(value)) return wrong;
  const std::string& type = *value.get<std::string>();
  if (type == "classic" || type == "quorum") return std::nullopt;
  return fmt::format("\"unsupported queue type '{}'\"", type);
}

Wrong not_a_flag(const amqp::FieldValue& value) {
  if (value.get<bool>() != nullptr) return std::nullopt;
  return fmt::format("{{unacceptable_type,{}}}", replies::type_of(value));
}

Wrong not_a_priority(const amqp::FieldValue& value) {
  if (const Wrong wrong = not_a_length(value)) return wrong;
  constexpr std::int64_t most = 255;
  if (*value.integer() <= most) return std::nullopt;
  return fmt::format("{{max_value_exceeded,{}}}", *value.integer());
}

Wrong not_a_mode(const amqp::FieldValue& value) {
  if (const Wrong wrong = not_text(value)) return wrong;
  const std::string& mode = *value.get<std::string>();
  if (mode == "default" || mode == "lazy") return std::nullopt;
  return fmt::format("\"unsupported queue mode '{}'\"", mode);
}

Wrong not_a_version(const amqp::FieldValue& value) {
  if (const Wrong wrong = not_a_length(value)) return wrong;
  const std::int64_t version = *value.integer();
  if (version == 1 || version == 2) return std::nullopt;
  return fmt::format("\"unsupported queue version '{}'\"", version);
}

struct Check {
  std::string_view key;
  Wrong (*wrong)(const amqp::FieldValue&);
};
// In RabbitMQ's order, so that the first mistake of several is the same.
constexpr auto of_queues = std::to_array<Check>({
    {"x-expires", not_an_expiry},
    {"x-message-ttl", not_a_time},
    {"x-dead-letter-routing-key", not_text},
    {"x-dead-letter-strategy", not_text},
    {"x-max-length", not_a_length},
    {"x-max-length-bytes", not_a_length},
    {"x-max-in-memory-length", not_a_length},
    {"x-max-in-memory-bytes", not_a_length},
    {"x-max-priority", not_a_priority},
    {"x-overflow", not_an_overflow},
    {"x-queue-mode", not_a_mode},
    {"x-queue-version", not_a_version},
    {"x-single-active-consumer", not_a_flag},
    {"x-queue-type", not_a_type},
    {"x-quorum-initial-group-size", not_a_length},
});
constexpr auto of_consumers = std::to_array<Check>({
    {"x-priority", not_an_integer},
    {"x-cancel-on-ha-failover", not_a_flag},
});

// What another type of queue has, and this one has not.
constexpr auto not_of_classic_queues = std::to_array<std::string_view>(
    {"x-delivery-limit", "x-dead-letter-strategy", "x-max-in-memory-length",
     "x-max-in-memory-bytes", "x-quorum-initial-group-size", "x-initial-cluster-size", "x-max-age",
     "x-stream-max-segment-size-bytes", "x-queue-leader-locator"});
constexpr auto not_of_quorum_queues = std::to_array<std::string_view>(
    {"x-max-priority", "x-queue-mode", "x-queue-version", "x-queue-master-locator",
     "x-initial-cluster-size", "x-max-age", "x-stream-max-segment-size-bytes"});
constexpr auto not_of_their_consumers =
    std::to_array<std::string_view>({"x-stream-offset", "x-cancel-on-ha-failover"});

Refusal invalid(std::string_view key, const std::string& what, const std::string& wrong) {
  return replies::precondition_failed(fmt::format("invalid arg '{}' for {}: {}", key, what, wrong));
}

/// The first mistake in the arguments that it knows, or one that only another type of queue knows.
std::optional<Refusal> refusal_in(const amqp::FieldTable& arguments, const std::string& what,
                                  bool quorum, std::span<const Check> checks,
                                  std::span<const std::string_view> unknown) {
  for (const auto& [key, wrong] : checks) {
    const amqp::FieldValue* const value = arguments.find(key);
    if (value == nullptr || std::ranges::find(unknown, key) != unknown.end()) continue;
    if (const Wrong found = wrong(*value)) return invalid(key, what, *found);
    if (key == "x-dead-letter-routing-key" && !arguments.contains("x-dead-letter-exchange"))
      return invalid(key, what, "routing_key_but_no_dlx_defined");
  }
  const auto found =
      std::ranges::find_if(unknown, [&](std::string_view key) { return arguments.contains(key); });
  if (found == unknown.end()) return std::nullopt;
  return replies::precondition_failed(fmt::format("invalid arg '{}' for {} of queue type rabbit_{}",
                                                  *found, what,
                                                  quorum ? "quorum_queue" : "classic_queue"));
}

std::optional<Refusal> wrong_property(const amqp::QueueDeclare& declaration,
                                      const std::string& what) {
  const char* const wrong = !declaration.durable      ? "non-durable"
                            : declaration.exclusive   ? "exclusive-owner"
                            : declaration.auto_delete ? "auto-delete"
                                                      : nullptr;
  if (wrong == nullptr) return std::nullopt;
  return replies::precondition_failed(fmt::format("invalid property '{}' for {}", wrong, what));
}

}  // namespace

std::optional<Refusal> refusal_of_arguments(const amqp::QueueDeclare& declaration,
                                            const std::string& what) {
  const amqp::FieldTable& arguments = declaration.arguments;
  const amqp::FieldValue* const exchange = arguments.find("x-dead-letter-exchange");
  if (exchange != nullptr && not_text(*exchange).has_value())
    return replies::invalid_exchange_argument("x-dead-letter-exchange", what, *exchange);
  const amqp::FieldValue* const type = arguments.find("x-queue-type");
  const bool quorum = type != nullptr && *type == "quorum";
  const auto unknown = quorum ? std::span<const std::string_view>(not_of_quorum_queues)
                              : std::span<const std::string_view>(not_of_classic_queues);
  if (auto refused = refusal_in(arguments, what, quorum, of_queues, unknown)) return refused;
  return quorum ? wrong_property(declaration, what) : std::nullopt;
}

std::optional<Refusal> refusal_of_arguments(const amqp::BasicConsume& consume,
                                            const std::string& what, bool quorum) {
  // The first is unknown to both.
  const auto unknown = std::span(not_of_their_consumers).first(quorum ? 2 : 1);
  return refusal_in(consume.arguments, what, quorum, of_consumers, unknown);
}

}  // namespace castaway::sim
