#include "action_schema.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fields.h"
#include "json_layout.h"

namespace castaway::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t largest_in_json = std::uint64_t{1} << 53;

void refer(Json& schema, std::string_view definition) {
  schema["$ref"] = fmt::format("#/definitions/{}", definition);
}

void add_about(Json& schema, const char* about) {
  if (*about != '\0') schema["description"] = about;
}

Json of_number(const sim::FieldInfo& info) {
  Json schema;
  if (info.least > 1 || info.most != 0) {
    schema["title"] = info.most != 0
                          ? fmt::format("an integer from {} to {}", info.least, info.most)
                          : fmt::format("an integer from {} on", info.least);
    add_about(schema, info.about);
    schema["type"] = "integer";
    schema["minimum"] = info.least;
    schema["maximum"] = info.most != 0 ? info.most : largest_in_json;
    return schema;
  }
  add_about(schema, info.about);
  refer(schema, info.least == 0 ? "amount" : "positive");
  return schema;
}

template <class Value>
Json of_field(const sim::FieldInfo& info) {
  if constexpr (std::same_as<Value, std::uint64_t>) return of_number(info);
  Json schema;
  add_about(schema, info.about);
  if constexpr (std::same_as<Value, bool>) schema["type"] = "boolean";
  if constexpr (std::is_enum_v<Value>) schema["enum"] = names_of<Value>;
  if constexpr (std::same_as<Value, std::string>) {
    const bool is_id = info.names == sim::Named::process || info.names == sim::Named::client;
    refer(schema, is_id ? "id" : "name");
  }
  if constexpr (std::same_as<Value, Duration> || std::same_as<Value, std::optional<Duration>>)
    refer(schema, info.is_signed ? "signed_duration" : "duration");
  if constexpr (std::same_as<Value, sim::Distribution>) refer(schema, "distribution");
  if constexpr (std::same_as<Value, sim::EventPattern>) refer(schema, "event");
  return schema;
}

/// An object that has only these properties.
Json of_object(bool exactly_one) {
  Json schema;
  schema["type"] = "object";
  if (exactly_one) {
    schema["minProperties"] = 1;
    schema["maxProperties"] = 1;
  }
  schema["additionalProperties"] = false;
  return schema;
}

template <class A>
Json of_action(const A&) {
  Json schema;
  add_about(schema, A::about);
  if constexpr (std::is_empty_v<A>) {
    schema["const"] = true;
    return schema;
  }
  Json properties, required = Json::array();
  A::fields([&](Key key, auto member, const sim::FieldInfo& info) {
    properties[key] = of_field<std::remove_cvref_t<decltype(A().*member)>>(info);
    if (info.required) required.push_back(key);
  });
  if (properties.contains(sim::itself)) {
    schema.update(properties[sim::itself]);
    return schema;
  }
  schema.update(of_object(requires { A::exactly_one; }));
  if (!required.empty()) schema["required"] = std::move(required);
  schema["properties"] = std::move(properties);
  return schema;
}

/// Two lines for what is said of an object, and one for each property, unless that is an object
/// itself.
void append(const Json& schema, std::size_t indent, std::string& out) {
  const auto properties = schema.find("properties");
  if (properties == schema.end()) {
    out += on_one_line(schema);
    return;
  }
  const std::string line = '\n' + std::string(indent + 2, ' ');
  out += '{';
  if (schema.contains("description"))
    out += line + "\"description\": " + schema["description"].dump() + ',';
  const char* separator = line.c_str();
  for (const auto& [key, value] : schema.items()) {
    if (key == "description" || key == "properties") continue;
    out += fmt::format("{}\"{}\": {}", separator, key, on_one_line(value));
    separator = ", ";
  }
  out += ',' + line + "\"properties\": {";
  separator = "";
  for (const auto& [key, value] : properties->items()) {
    out += fmt::format("{}{}  \"{}\": ", separator, line, key);
    append(value, indent + 4, out);
    separator = ",";
  }
  out += line + "}\n" + std::string(indent, ' ') + '}';
}

}  // namespace

std::string action_schema(std::size_t indent) {
  Json schema = of_object(true);
  Json& properties = schema["properties"];
  sim::for_each_action([&]<class A>(const A& action) { properties[A::name] = of_action(action); });
  std::string text;
  append(schema, indent, text);
  return text;
}

}  // namespace castaway::scenario
