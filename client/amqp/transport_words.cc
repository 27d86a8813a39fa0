#include "castaway/amqp/transport_words.h"

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace castaway::amqp {
namespace {

FieldValue to_amqp(const TableValue& value) {
  return std::visit(
      []<class T>(const T& held) -> FieldValue {
        if constexpr (std::is_same_v<T, std::int64_t>) {
          if (std::in_range<std::int32_t>(held)) return static_cast<std::int32_t>(held);
        }
        return held;
      },
      value);
}

std::optional<TableValue> to_transport(const FieldValue& value) {
  if (const auto* truth = value.get<bool>()) return *truth;
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* array = value.get<ByteArray>()) return array->bytes;
  if (const auto number = value.integer()) return *number;
  return std::nullopt;
}

std::optional<std::string> unless_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

FieldTable to_amqp(const castaway::Table& table) {
  FieldTable fields;
  for (const auto& [key, value] : table) fields.append(key, to_amqp(value));
  return fields;
}

castaway::Table to_transport(const FieldTable& table) {
  castaway::Table known;
  for (const FieldEntry& entry : table) {
    if (auto value = to_transport(entry.value))
      known.insert_or_assign(entry.key, *std::move(value));
  }
  return known;
}

Message to_amqp(castaway::Message message) {
  castaway::Properties& said = message.properties;
  return {.properties = {.content_type = unless_empty(std::move(said.content_type)),
                         .content_encoding = unless_empty(std::move(said.content_encoding)),
                         .headers = to_amqp(said.headers),
                         .delivery_mode = said.delivery_mode,
                         .priority = said.priority,
                         .expiration = unless_empty(std::move(said.expiration))},
          .body = std::move(message.body)};
}

castaway::Message to_transport(const Message& message) {
  const Properties& said = message.properties;
  return {.properties = {.content_type = said.content_type.value_or(""),
                         .content_encoding = said.content_encoding.value_or(""),
                         .headers = said.headers ? to_transport(*said.headers) : castaway::Table(),
                         .delivery_mode = said.delivery_mode,
                         .priority = said.priority,
                         .expiration = said.expiration.value_or("")},
          .body = message.body};
}

castaway::Message to_transport(Message&& message) {
  std::string body = std::move(message.body);
  message.body.clear();
  castaway::Message made = to_transport(std::as_const(message));
  made.body = std::move(body);
  return made;
}

Publication to_amqp(castaway::Publication publication) {
  return {.exchange = std::move(publication.exchange),
          .routing_key = std::move(publication.routing_key),
          .mandatory = publication.mandatory,
          .message = to_amqp(std::move(publication.message))};
}

ExchangeDeclare to_amqp(const castaway::ExchangeDeclaration& declaration) {
  return {.exchange = declaration.exchange,
          .type = declaration.type,
          .passive = declaration.passive,
          .durable = declaration.durable,
          .auto_delete = declaration.auto_delete,
          .internal = declaration.internal,
          .arguments = to_amqp(declaration.arguments)};
}

QueueDeclare to_amqp(const castaway::QueueDeclaration& declaration) {
  return {.queue = declaration.queue,
          .passive = declaration.passive,
          .durable = declaration.durable,
          .exclusive = declaration.exclusive,
          .auto_delete = declaration.auto_delete,
          .arguments = to_amqp(declaration.arguments)};
}

}  // namespace castaway::amqp
