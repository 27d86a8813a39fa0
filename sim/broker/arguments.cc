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

Wrong not_an_integer(const TableValue& value) {
  if (std::holds_alternative<std::int64_t>(value)) return std::nullopt;
  return fmt::format("\"expected integer, got {}\"", replies::type_of(value));
}

Wrong not_text(const TableValue& value) {
  if (std::holds_alternative<std::string>(value)) return std::nullopt;
  return fmt::format("{{unacceptable_type,{}}}", replies::type_of(value));
}

Wrong not_a_length(const TableValue& value) {
  const Wrong wrong = not_an_integer(value);
  return wrong.has_value() ? wrong : negative(std::get<std::int64_t>(value));
}

Wrong not_a_time(const TableValue& value) {
  const Wrong wrong = not_an_integer(value);
  return wrong.has_value() ? wrong : wrong_with_milliseconds(std::get<std::int64_t>(value));
}

Wrong not_an_expiry(const TableValue& value) {
  if (value == TableValue(std::int64_t{0})) return "{value_zero,0}";
  return not_a_time(value);
}

Wrong not_an_overflow(const TableValue& value) {
  if (const Wrong wrong = not_text(value)) return wrong;
  const std::string& word = std::get<std::string>(value);
  if (word == "drop-head" || word == "reject-publish" || word == "reject-publish-dlx") {
    return std::nullopt;
  }
  return "invalid_overflow";
}

Wrong not_a_type(const TableValue& value) {
  if (const Wrong wrong = not_text(value)) return wrong;
  const std::string& type = std::get<std::string>(value);
  if (type == "classic" || type == "quorum") return std::nullopt;
  return fmt::format("\"unsupported queue type '{}'\"", type);
}

struct Check {
  std::string_view key;
  Wrong (*wrong)(const TableValue&);
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

bool is_quorum(const Table& arguments) {
  const auto type = arguments.find("x-queue-type");
  return type != arguments.end() && type->second == TableValue("quorum");
}

/// A quorum queue takes anything as its limit, and ignores what is none.
std::optional<std::uint64_t> delivery_limit(const Table& arguments) {
  const auto limit = arguments.find("x-delivery-limit");
  if (limit == arguments.end()) return std::nullopt;
  const auto* const number = std::get_if<std::int64_t>(&limit->second);
  if (number == nullptr || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<Closed> wrong_property(const QueueDeclaration& declaration) {
  const char* const wrong = !declaration.durable      ? "non-durable"
                            : declaration.exclusive   ? "exclusive-owner"
                            : declaration.auto_delete ? "auto-delete"
                                                      : nullptr;
  if (wrong == nullptr) return std::nullopt;
  return replies::precondition_failed(
      fmt::format("invalid property '{}' for {}", wrong, replies::queue(declaration.queue)));
}

Closed invalid(std::string_view key, const std::string& what, const std::string& wrong) {
  return replies::precondition_failed(fmt::format("invalid arg '{}' for {}: {}", key, what, wrong));
}

template <class Value>
std::optional<Value> find(const Table& arguments, std::string_view key) {
  const auto place = arguments.find(std::string(key));
  if (place == arguments.end()) return std::nullopt;
  return std::get<Value>(place->second);
}

std::optional<std::uint64_t> length(const Table& arguments, std::string_view key) {
  const auto value = find<std::int64_t>(arguments, key);
  if (!value.has_value()) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<Duration> time(const Table& arguments, std::string_view key) {
  const auto value = find<std::int64_t>(arguments, key);
  if (!value.has_value()) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

QueueArguments::Overflow overflow(const Table& arguments) {
  const auto word = find<std::string>(arguments, "x-overflow");
  if (word == "reject-publish") return QueueArguments::Overflow::reject_publish;
  if (word == "reject-publish-dlx") return QueueArguments::Overflow::reject_publish_dlx;
  return QueueArguments::Overflow::drop_head;
}

}  // namespace

QueueArguments read_arguments(const QueueDeclaration& declaration) {
  const Table& arguments = declaration.arguments;
  return {.max_length = length(arguments, "x-max-length"),
          .max_bytes = length(arguments, "x-max-length-bytes"),
          .overflow = overflow(arguments),
          .message_ttl = time(arguments, "x-message-ttl"),
          .expires = time(arguments, "x-expires"),
          .dead_letter_exchange = find<std::string>(arguments, "x-dead-letter-exchange"),
          .dead_letter_key = find<std::string>(arguments, "x-dead-letter-routing-key"),
          .quorum = is_quorum(arguments),
          .delivery_limit = delivery_limit(arguments)};
}

std::optional<Closed> refusal_of_arguments(const QueueDeclaration& declaration) {
  const Table& arguments = declaration.arguments;
  const std::string what = replies::queue(declaration.queue);
  const auto exchange = arguments.find("x-dead-letter-exchange");
  if (exchange != arguments.end() && not_text(exchange->second).has_value()) {
    return replies::invalid_exchange_argument(exchange->first, what, exchange->second);
  }
  for (const auto& [key, wrong] : checks) {
    const auto place = arguments.find(std::string(key));
    if (place == arguments.end()) continue;
    if (const Wrong found = wrong(place->second)) return invalid(key, what, *found);
    if (key == "x-dead-letter-routing-key" && exchange == arguments.end()) {
      return invalid(key, what, "routing_key_but_no_dlx_defined");
    }
  }
  if (is_quorum(arguments)) return wrong_property(declaration);
  if (!arguments.contains("x-delivery-limit")) return std::nullopt;
  return replies::precondition_failed(fmt::format(
      "invalid arg 'x-delivery-limit' for {} of queue type rabbit_classic_queue", what));
}

std::span<const std::string_view> compared_arguments() { return compared; }

std::optional<Closed> bad_expiration(std::string_view text) {
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

TimePoint expiry_time(std::string_view expiration, TimePoint now) {
  if (expiration.empty()) return never;
  return deadline_after(now, std::chrono::milliseconds(read_integer(expiration).value));
}

}  // namespace castaway::sim
