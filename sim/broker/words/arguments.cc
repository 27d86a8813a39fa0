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

std::optional<std::string> text(const amqp::FieldTable& arguments, std::string_view key) {
  const amqp::FieldValue* const value = arguments.find(key);
  return value == nullptr ? std::nullopt : std::optional(*value->get<std::string>());
}

bool flag(const amqp::FieldTable& arguments, std::string_view key) {
  const amqp::FieldValue* const value = arguments.find(key);
  return value != nullptr && *value->get<bool>();
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
  return {
      .max_length = length(arguments, "x-max-length"),
      .max_bytes = length(arguments, "x-max-length-bytes"),
      .overflow = overflow(arguments),
      .message_ttl = time(arguments, "x-message-ttl"),
      .expires = time(arguments, "x-expires"),
      .dead_letter_exchange = text(arguments, "x-dead-letter-exchange"),
      .dead_letter_key = text(arguments, "x-dead-letter-routing-key"),
      .max_priority = static_cast<std::uint8_t>(length(arguments, "x-max-priority").value_or(0)),
      .single_active_consumer = flag(arguments, "x-single-active-consumer"),
      .quorum = is_quorum(arguments),
      .delivery_limit = delivery_limit(arguments)};
}

std::int64_t consumer_priority(const amqp::BasicConsume& consume) {
  return integer(consume.arguments, "x-priority").value_or(0);
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
  const std::optional<std::string> wrong = wrong_with_milliseconds(value);
  return wrong.has_value() ? std::optional(refused(*wrong)) : std::nullopt;
}

TimePoint expiry_time(const std::optional<std::string>& expiration, TimePoint now) {
  if (!expiration.has_value()) return never;
  return deadline_after(now, std::chrono::milliseconds(read_integer(*expiration).value));
}

}  // namespace castaway::sim
