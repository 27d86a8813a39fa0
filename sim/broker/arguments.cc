#include "arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <system_error>
#include <variant>

#include <fmt/format.h>

#include "replies.h"

namespace castaway::sim {
namespace {

using Wrong = std::optional<std::string>;  // as Erlang prints it

constexpr std::int64_t ten_years_ms = 315'360'000'000;

constexpr std::array<std::string_view, 10> compared = {
    "x-expires",
    "x-message-ttl",
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-max-length",
    "x-max-length-bytes",
    "x-overflow",
    "x-queue-type",
    "x-delivery-limit",
    "x-single-active-consumer",
};

struct Integer {
  std::int64_t value = 0;
  std::string_view rest = {};
  std::errc error = {};
};

/// As Erlang reads it: a plus sign is fine.
Integer read_integer(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const char* const end = text.data() + text.size();
  Integer integer;
  const auto [rest, error] = std::from_chars(text.data() + (plus ? 1 : 0), end, integer.value);
  integer.rest = {rest, end};
  integer.error = error;
  return integer;
}

Wrong negative(std::int64_t value) {
  if (value >= 0) return std::nullopt;
  return fmt::format("{{value_negative,{}}}", value);
}

Wrong wrong_with_milliseconds(std::int64_t value) {
  if (value <= ten_years_ms) return negative(value);
  return fmt::format("{{value_too_large,{}}}", value);
}

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

struct Check {
  std::string_view key;
  Wrong (*wrong)(const amqp::FieldValue&);
};
// In RabbitMQ's order, so that the first mistake of several is the same.
constexpr std::array<Check, 7> checks = {{
    {"x-expires", not_an_expiry},
    {"x-message-ttl", not_a_time},
    {"x-dead-letter-routing-key", not_text},
    {"x-max-length", not_a_length},
    {"x-max-length-bytes", not_a_length},
    {"x-overflow", not_an_overflow},
    {"x-queue-type", not_a_type},
}};

std::optional<std::int64_t> integer(const amqp::FieldTable& arguments, std::string_view key) {
  const amqp::FieldValue* const value = arguments.find(key);
  return value == nullptr ? std::nullopt : value->integer();
}

bool is_quorum(const amqp::FieldTable& arguments) {
  const amqp::FieldValue* const type = arguments.find("x-queue-type");
  return type != nullptr && *type == "quorum";
}

/// A quorum queue takes anything as its limit, and ignores what is none.
std::optional<std::uint64_t> delivery_limit(const amqp::FieldTable& arguments) {
  const auto number = integer(arguments, "x-delivery-limit");
  if (!number.has_value() || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<Refusal> wrong_property(const amqp::QueueDeclare& declaration) {
  const char* const wrong = !declaration.durable      ? "non-durable"
                            : declaration.exclusive   ? "exclusive-owner"
                            : declaration.auto_delete ? "auto-delete"
                                                      : nullptr;
  if (wrong == nullptr) return std::nullopt;
  return replies::precondition_failed(
      fmt::format("invalid property '{}' for {}", wrong, replies::queue(declaration.queue)));
}

Refusal invalid(std::string_view key, const std::string& what, const std::string& wrong) {
  return replies::precondition_failed(fmt::format("invalid arg '{}' for {}: {}", key, what, wrong));
}

std::optional<std::string> text(const amqp::FieldTable& arguments, std::string_view key) {
  const amqp::FieldValue* const value = arguments.find(key);
  return value == nullptr ? std::nullopt : std::optional(*value->get<std::string>());
}

std::optional<std::uint64_t> length(const amqp::FieldTable& arguments, std::string_view key) {
  const auto value = integer(arguments, key);
  if (!value.has_value()) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<Duration> time(const amqp::FieldTable& arguments, std::string_view key) {
  const auto value = integer(arguments, key);
  if (!value.has_value()) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

QueueArguments::Overflow overflow(const amqp::FieldTable& arguments) {
  const auto word = text(arguments, "x-overflow");
  if (word == "reject-publish") return QueueArguments::Overflow::reject_publish;
  if (word == "reject-publish-dlx") return QueueArguments::Overflow::reject_publish_dlx;
  return QueueArguments::Overflow::drop_head;
}

}  // namespace

QueueArguments read_arguments(const amqp::QueueDeclare& declaration) {
  const amqp::FieldTable& arguments = declaration.arguments;
  return {.max_length = length(arguments, "x-max-length"),
          .max_bytes = length(arguments, "x-max-length-bytes"),
          .overflow = overflow(arguments),
          .message_ttl = time(arguments, "x-message-ttl"),
          .expires = time(arguments, "x-expires"),
          .dead_letter_exchange = text(arguments, "x-dead-letter-exchange"),
          .dead_letter_key = text(arguments, "x-dead-letter-routing-key"),
          .quorum = is_quorum(arguments),
          .delivery_limit = delivery_limit(arguments)};
}

std::optional<Refusal> refusal_of_arguments(const amqp::QueueDeclare& declaration) {
  const amqp::FieldTable& arguments = declaration.arguments;
  const std::string what = replies::queue(declaration.queue);
  const amqp::FieldValue* const exchange = arguments.find("x-dead-letter-exchange");
  if (exchange != nullptr && not_text(*exchange).has_value()) {
    return replies::invalid_exchange_argument("x-dead-letter-exchange", what, *exchange);
  }
  for (const auto& [key, wrong] : checks) {
    const amqp::FieldValue* const value = arguments.find(key);
    if (value == nullptr) continue;
    if (const Wrong found = wrong(*value)) return invalid(key, what, *found);
    if (key == "x-dead-letter-routing-key" && exchange == nullptr) {
      return invalid(key, what, "routing_key_but_no_dlx_defined");
    }
  }
  if (is_quorum(arguments)) return wrong_property(declaration);
  if (!arguments.contains("x-delivery-limit")) return std::nullopt;
  return replies::precondition_failed(fmt::format(
      "invalid arg 'x-delivery-limit' for {} of queue type rabbit_classic_queue", what));
}

std::span<const std::string_view> compared_arguments() { return compared; }

std::optional<Refusal> bad_expiration(std::string_view text) {
  const auto refused = [&](const std::string& wrong) {
    return replies::precondition_failed(fmt::format("invalid expiration '{}': {}", text, wrong));
  };
  const auto [value, rest, error] = read_integer(text);
  if (error == std::errc::result_out_of_range) {
    const char* const which = text.starts_with('-') ? "negative" : "too_large";
    return refused(fmt::format("{{value_{},{}}}", which, text));
  }
  if (error != std::errc()) return refused("no_integer");
  if (!rest.empty()) return refused(fmt::format("{{leftover_string,\"{}\"}}", rest));
  const Wrong wrong = wrong_with_milliseconds(value);
  return wrong.has_value() ? std::optional(refused(*wrong)) : std::nullopt;
}

TimePoint expiry_time(const std::optional<std::string>& expiration, TimePoint now) {
  if (!expiration.has_value()) return never;
  return deadline_after(now, std::chrono::milliseconds(read_integer(*expiration).value));
}

}  // namespace castaway::sim
