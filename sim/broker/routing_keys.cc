#include "routing_keys.h"

#include <utility>

#include <fmt/format.h>

namespace castaway::sim {
namespace {

constexpr std::string_view readable = "CC";
constexpr std::string_view hidden_from_all = "BCC";

const amqp::FieldValue* header(const amqp::Properties& properties, std::string_view name) {
  return properties.headers.has_value() ? properties.headers->find(name) : nullptr;
}

void append_texts(const amqp::FieldArray& list, std::vector<std::string_view>& keys) {
  for (const amqp::FieldValue& each : list) {
    if (const auto* const key = each.get<std::string>()) keys.push_back(*key);
  }
}

}  // namespace

std::optional<Refusal> bad_keys(const amqp::Properties& properties) {
  for (const std::string_view name : {readable, hidden_from_all}) {
    const amqp::FieldValue* const value = header(properties, name);
    if (value == nullptr || value->get<amqp::FieldArray>() != nullptr) continue;
    return replies::precondition_failed(
        fmt::format("invalid message: {{unacceptable_type_in_header,\"{}\",{}}}", name,
                    replies::type_of(*value)));
  }
  return std::nullopt;
}

HiddenKeys take_hidden_keys(amqp::Properties& properties) {
  const amqp::FieldValue* const value = header(properties, hidden_from_all);
  if (value == nullptr) return nullptr;
  auto keys = std::make_shared<const amqp::FieldArray>(*value->get<amqp::FieldArray>());
  properties.headers = without(*properties.headers, hidden_from_all);
  return keys;
}

void append_keys(const amqp::Publication& publication, const HiddenKeys& hidden,
                 std::vector<std::string_view>& keys) {
  keys.push_back(publication.routing_key);
  if (const auto* const value = header(publication.message.properties, readable)) {
    if (const auto* const list = value->get<amqp::FieldArray>()) append_texts(*list, keys);
  }
  if (hidden != nullptr) append_texts(*hidden, keys);
}

amqp::FieldArray readable_keys(const amqp::Publication& publication) {
  std::vector<std::string_view> keys;
  append_keys(publication, nullptr, keys);
  amqp::FieldArray list;
  for (const std::string_view key : keys) list.emplace_back(std::string(key));
  return list;
}

amqp::FieldTable without(const amqp::FieldTable& headers, std::string_view name) {
  amqp::FieldTable rest;
  for (const auto& [key, value] : headers) {
    if (key != name) rest.append(key, value);
  }
  return rest;
}

}  // namespace castaway::sim
