#include "headers.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "escape.h"

namespace castaway::nats {
namespace {

constexpr std::string_view harmless = "-_./+";
constexpr std::string_view table = "headers.";

std::string text_of(const TableValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "b1" : "b0";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return "i" + std::to_string(*number);
  return "s" + std::get<std::string>(value);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::optional<TableValue> value_of(std::string_view text) {
  if (text == "b0" || text == "b1") return text == "b1";
  if (text.starts_with('s')) return std::string(text.substr(1));
  if (text.starts_with('i')) return number_of<std::int64_t>(text.substr(1));
  return std::nullopt;
}

}  // namespace

Headers headers_of(const Publication& publication) {
  Headers headers;
  const auto add = [&](std::string name, const std::string& value) {
    if (!value.empty()) headers.emplace_back(std::move(name), escaped(value, harmless));
  };
  const auto add_number = [&](const char* name, const std::optional<std::uint8_t>& number) {
    if (number) add(name, std::to_string(*number));
  };
  const Properties& properties = publication.message.properties;
  add("exchange", publication.exchange);
  add("routing_key", publication.routing_key);
  add("content_type", properties.content_type);
  add("content_encoding", properties.content_encoding);
  add_number("delivery_mode", properties.delivery_mode);
  add_number("priority", properties.priority);
  add("expiration", properties.expiration);
  for (const auto& [name, value] : properties.headers)
    add(std::string(table) + escaped(name), text_of(value));
  return headers;
}

Delivery delivery_of(const Headers& headers) {
  Delivery delivery;
  Properties& properties = delivery.message.properties;
  for (const auto& [name, escaped_value] : headers) {
    const std::string value = unescaped(escaped_value);
    if (name == "exchange") delivery.exchange = value;
    if (name == "routing_key") delivery.routing_key = value;
    if (name == "content_type") properties.content_type = value;
    if (name == "content_encoding") properties.content_encoding = value;
    if (name == "delivery_mode") properties.delivery_mode = number_of<std::uint8_t>(value);
    if (name == "priority") properties.priority = number_of<std::uint8_t>(value);
    if (name == "expiration") properties.expiration = value;
    if (!name.starts_with(table)) continue;
    if (const auto entry = value_of(value))
      properties.headers[unescaped(std::string_view(name).substr(table.size()))] = *entry;
  }
  return delivery;
}

std::size_t size_of(const Headers& headers) {
  constexpr std::size_t frame = std::string_view("NATS/1.0\r\n\r\n").size();
  constexpr std::size_t line = std::string_view(": \r\n").size();
  std::size_t size = frame;
  for (const auto& [name, value] : headers) size += name.size() + value.size() + line;
  return size;
}

}  // namespace castaway::nats
