#pragma once
// Values of arguments and headers, as a script writes them: `5`, `true`, `text`, `[a,b]`, or with
// RabbitMQ's name of the type before them, `short:5`. ci/real_brokers/script_values.py has the same
// for RabbitMQ.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "castaway/amqp/field_table.h"

namespace castaway::sim {

/// The value of a type that is named. False if there is no such type.
inline bool read_typed(std::string_view type, const std::string& text, amqp::FieldValue& value) {
  if (type == "byte") return value = static_cast<std::int8_t>(std::stol(text)), true;
  if (type == "unsignedbyte") return value = static_cast<std::uint8_t>(std::stoul(text)), true;
  if (type == "short") return value = static_cast<std::int16_t>(std::stol(text)), true;
  if (type == "unsignedshort") return value = static_cast<std::uint16_t>(std::stoul(text)), true;
  if (type == "signedint") return value = static_cast<std::int32_t>(std::stol(text)), true;
  if (type == "unsignedint") return value = static_cast<std::uint32_t>(std::stoul(text)), true;
  if (type == "long") return value = std::int64_t{std::stoll(text)}, true;
  if (type == "timestamp") return value = amqp::Timestamp{std::stoull(text)}, true;
  if (type == "float") return value = std::stof(text), true;
  if (type == "double") return value = std::stod(text), true;
  if (type == "longstr") return value = text, true;
  if (type == "binary") return value = amqp::ByteArray{text}, true;
  if (type == "void") return value = amqp::FieldValue(), true;
  if (type == "table") return value = amqp::FieldTable(), true;
  return false;
}

inline amqp::FieldValue script_value(const std::string& text) {
  const std::size_t colon = text.find(':');
  amqp::FieldValue typed;
  if (colon != std::string::npos &&
      read_typed(std::string_view(text).substr(0, colon), text.substr(colon + 1), typed))
    return typed;
  if (text.starts_with('[') && text.ends_with(']')) {
    amqp::FieldArray list;
    for (std::size_t at = 1; at + 1 < text.size();) {
      const std::size_t end = std::min(text.find(',', at), text.size() - 1);
      list.push_back(script_value(text.substr(at, end - at)));
      at = end + 1;
    }
    return list;
  }
  if (text == "true" || text == "false") return text == "true";
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  const bool number = text.size() > first &&
                      text.find_first_not_of("0123456789", first) == std::string::npos &&
                      text.size() < 19;
  if (!number) return text;
  // As wide as py-amqp and pika write it.
  const std::int64_t value = std::stoll(text);
  const auto narrow = static_cast<std::int32_t>(value);
  if (narrow == value) return narrow;
  return value;
}

inline std::string shown(const amqp::FieldValue& value);

/// As a line shows it. Of a table, times are left out.
struct Shown {
  std::string operator()(std::monostate) const { return "void"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const amqp::ByteArray& value) const { return value.bytes; }
  std::string operator()(const amqp::Timestamp& value) const {
    return fmt::to_string(value.seconds);
  }
  std::string operator()(const amqp::Decimal& value) const {
    return fmt::format("{}e-{}", value.value, value.scale);
  }
  std::string operator()(const amqp::FieldArray& list) const {
    std::vector<std::string> all;
    for (const amqp::FieldValue& each : list) all.push_back(shown(each));
    return fmt::format("[{}]", fmt::join(all, ","));
  }
  std::string operator()(const amqp::FieldTable& table) const {
    std::map<std::string, std::string> all;
    for (const auto& [name, value] : table) {
      if (value.get<amqp::Timestamp>() == nullptr) all[name] = name + "=" + shown(value);
    }
    std::string text;
    for (const auto& [name, pair] : all) text += (text.empty() ? "" : " ") + pair;
    return "{" + text + "}";
  }
  /// Of a fraction, as pika reads it, the whole part.
  template <class Number>
  requires std::is_arithmetic_v<Number> std::string operator()(Number value) const {
    return std::to_string(static_cast<std::int64_t>(value));
  }
};

inline std::string shown(const amqp::FieldValue& value) { return std::visit(Shown(), value.value); }

/// Of a name that the broker has made up, what it always begins with.
inline std::string shortened(const std::string& name) {
  for (const std::string begin : {"amq.rabbitmq.reply-to.", "amq.gen-", "amq.ctag-"}) {
    if (name.starts_with(begin)) return begin + "*";
  }
  return name;
}

}  // namespace castaway::sim
