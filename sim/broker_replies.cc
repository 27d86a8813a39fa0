#include "broker_replies.h"

#include <charconv>
#include <limits>
#include <system_error>
#include <variant>

#include <fmt/format.h>

namespace castaway::sim::replies {
namespace {

Closed inequivalent(std::string_view argument, const std::string& what, const std::string& received,
                    const std::string& current) {
  return precondition_failed(
      fmt::format("inequivalent arg '{}' for {}: received {} but current is {}", argument, what,
                  received, current));
}

std::string flag(bool value) { return value ? "'true'" : "'false'"; }

struct TypedText {
  std::string operator()(bool value) const { return of(value ? "true" : "false", "bool"); }
  std::string operator()(std::int64_t value) const {
    const bool is_short = value >= std::numeric_limits<std::int32_t>::min() &&
                          value <= std::numeric_limits<std::int32_t>::max();
    return of(std::to_string(value), is_short ? "signedint" : "long");
  }
  std::string operator()(const std::string& value) const { return of(value, "longstr"); }

  static std::string of(std::string_view value, std::string_view type) {
    return fmt::format("the value '{}' of type '{}'", value, type);
  }
};

std::string argument(const Table& arguments, const std::string& key) {
  const auto place = arguments.find(key);
  return place == arguments.end() ? "none" : std::visit(TypedText(), place->second);
}

std::optional<std::string> differing_key(const Table& current, const Table& received) {
  for (const auto& [key, value] : received) {
    if (const auto place = current.find(key); place == current.end() || place->second != value) {
      return key;
    }
  }
  for (const auto& [key, value] : current) {
    if (!received.contains(key)) return key;
  }
  return std::nullopt;
}

// What is wrong with a length of time, as Erlang prints it.

std::optional<std::string> wrong_with_milliseconds(std::int64_t value) {
  if (value < 0) return fmt::format("{{value_negative,{}}}", value);
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    return fmt::format("{{value_too_big,{}}}", value);
  }
  return std::nullopt;
}

struct WrongWithExpires {
  using Wrong = std::optional<std::string>;
  Wrong operator()(bool /*value*/) const { return "{unacceptable_type,bool}"; }
  Wrong operator()(const std::string& /*value*/) const { return "{unacceptable_type,longstr}"; }
  Wrong operator()(std::int64_t value) const {
    return value == 0 ? "{value_zero,0}" : wrong_with_milliseconds(value);
  }
};

std::optional<std::string> wrong_with_expiration(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    return fmt::format("{{value_{},{}}}", text.starts_with('-') ? "negative" : "too_big", text);
  }
  if (error != std::errc()) return "no_integer";
  if (rest != end) return fmt::format("{{leftover_string,\"{}\"}}", std::string_view(rest, end));
  return wrong_with_milliseconds(value);
}

}  // namespace

std::string queue(std::string_view name) { return fmt::format("queue '{}' in vhost '/'", name); }

std::string exchange(std::string_view name) {
  return fmt::format("exchange '{}' in vhost '/'", name);
}

Closed not_found(const std::string& what) {
  return {.code = 404, .text = fmt::format("NOT_FOUND - no {}", what)};
}

Closed resource_locked(const std::string& what) {
  return {
      .code = 405,
      .text = fmt::format(
          "RESOURCE_LOCKED - cannot obtain exclusive access to locked {}. It could be originally "
          "declared on another connection or the exclusive property value does not match that "
          "of the original declaration.",
          what)};
}

Closed reserved_name(std::string_view kind, std::string_view name) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - {} name '{}' contains reserved prefix 'amq.*'",
                              kind, name)};
}

Closed default_exchange() {
  return {.code = 403, .text = "ACCESS_REFUSED - operation not permitted on the default exchange"};
}

Closed precondition_failed(const std::string& text) {
  return {.code = 406, .text = "PRECONDITION_FAILED - " + text};
}

Closed unknown_delivery_tag(std::uint64_t tag) {
  return precondition_failed(fmt::format("unknown delivery tag {}", tag));
}

Closed unknown_exchange_type(std::string_view type) {
  return {.code = 503, .text = fmt::format("COMMAND_INVALID - unknown exchange type '{}'", type)};
}

Closed consumer_tag_in_use(std::string_view tag) {
  return {.code = 530,
          .text = fmt::format("NOT_ALLOWED - attempt to reuse consumer tag '{}'", tag)};
}

Closed queue_without_a_name() {
  return {.code = 540, .text = "NOT_IMPLEMENTED - a queue has to be given a name"};
}

Closed goodbye() { return {.code = 200, .text = "OK", .by_us = true}; }

std::optional<Closed> difference(const ExchangeDeclaration& current,
                                 const ExchangeDeclaration& received) {
  const std::string what = exchange(current.exchange);
  if (received.type != current.type) {
    return inequivalent("type", what, "'" + received.type + "'", "'" + current.type + "'");
  }
  if (received.durable != current.durable) {
    return inequivalent("durable", what, flag(received.durable), flag(current.durable));
  }
  if (received.auto_delete != current.auto_delete) {
    return inequivalent("auto_delete", what, flag(received.auto_delete), flag(current.auto_delete));
  }
  return std::nullopt;
}

std::optional<Closed> difference(const QueueDeclaration& current,
                                 const QueueDeclaration& received) {
  const std::string what = queue(current.queue);
  if (received.durable != current.durable) {
    return inequivalent("durable", what, flag(received.durable), flag(current.durable));
  }
  if (received.auto_delete != current.auto_delete) {
    return inequivalent("auto_delete", what, flag(received.auto_delete), flag(current.auto_delete));
  }
  if (const auto key = differing_key(current.arguments, received.arguments)) {
    return inequivalent(*key, what, argument(received.arguments, *key),
                        argument(current.arguments, *key));
  }
  if (received.exclusive != current.exclusive) return resource_locked(what);
  return std::nullopt;
}

std::optional<Closed> bad_expires(std::string_view queue, const TableValue& value) {
  const std::optional<std::string> wrong = std::visit(WrongWithExpires(), value);
  if (!wrong.has_value()) return std::nullopt;
  return precondition_failed(
      fmt::format("invalid arg 'x-expires' for {}: {}", replies::queue(queue), *wrong));
}

std::optional<Closed> bad_expiration(std::string_view text) {
  const std::optional<std::string> wrong = wrong_with_expiration(text);
  if (!wrong.has_value()) return std::nullopt;
  return precondition_failed(fmt::format("invalid expiration '{}': {}", text, *wrong));
}

}  // namespace castaway::sim::replies
