#include "replies.h"

#include <limits>
#include <variant>

#include <fmt/format.h>

#include "arguments.h"

namespace castaway::sim::replies {
namespace {

Closed inequivalent(std::string_view argument, const std::string& what, const std::string& received,
                    const std::string& current) {
  return precondition_failed(
      fmt::format("inequivalent arg '{}' for {}: received {} but current is {}", argument, what,
                  received, current));
}

std::string flag(bool value) { return value ? "'true'" : "'false'"; }

struct Text {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
};

/// A value beside another one, or beside none.
std::string beside(const TableValue& value, const TableValue* other) {
  const std::string text = std::visit(Text(), value);
  if (other != nullptr) return "'" + text + "'";
  return fmt::format("the value '{}' of type '{}'", text, type_of(value));
}

std::optional<Closed> difference_in(std::string_view key, const std::string& what,
                                    const Table& current, const Table& received) {
  const auto find = [key](const Table& table) {
    const auto place = table.find(std::string(key));
    return place == table.end() ? nullptr : &place->second;
  };
  const TableValue* const is = find(current);
  const TableValue* const wanted = find(received);
  if (is == wanted || (is != nullptr && wanted != nullptr && *is == *wanted)) return std::nullopt;
  return inequivalent(key, what, wanted == nullptr ? "none" : beside(*wanted, is),
                      is == nullptr ? "none" : beside(*is, wanted));
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

Closed system_exchange(std::string_view name) {
  return {
      .code = 403,
      .text = fmt::format("ACCESS_REFUSED - deletion of system {} not allowed", exchange(name))};
}

Closed invalid_exchange_argument(std::string_view key, const std::string& what,
                                 const TableValue& value) {
  return precondition_failed(
      fmt::format("invalid type '{}' for arg '{}' in {}", type_of(value), key, what));
}

Closed internal_exchange(std::string_view name) {
  return {.code = 403,
          .text = fmt::format("ACCESS_REFUSED - cannot publish to internal {}", exchange(name))};
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

Closed recover_without_requeue() {
  return {.code = 540, .text = "NOT_IMPLEMENTED - requeue=false"};
}

Closed shutdown() {
  return {.code = 320,
          .text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"};
}

Closed goodbye() { return {.code = 200, .text = "OK", .by_us = true}; }

std::optional<Closed> bad_name(std::string_view name) {
  if (name.size() <= 255) return std::nullopt;
  return Closed{.code = 502,
                .text = fmt::format("SYNTAX_ERROR - a name of {} bytes, and 255 fit a short string",
                                    name.size())};
}

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
  if (received.internal != current.internal) {
    return inequivalent("internal", what, flag(received.internal), flag(current.internal));
  }
  return difference_in("alternate-exchange", what, current.arguments, received.arguments);
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
  if (received.exclusive != current.exclusive) return resource_locked(what);
  for (const std::string_view key : compared_arguments()) {
    auto differs = difference_in(key, what, current.arguments, received.arguments);
    if (differs.has_value()) return differs;
  }
  return std::nullopt;
}

std::string_view type_of(const TableValue& value) {
  if (std::holds_alternative<bool>(value)) return "bool";
  const auto* const number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return "longstr";
  const bool is_short = *number >= std::numeric_limits<std::int32_t>::min() &&
                        *number <= std::numeric_limits<std::int32_t>::max();
  return is_short ? "signedint" : "long";
}

}  // namespace castaway::sim::replies
