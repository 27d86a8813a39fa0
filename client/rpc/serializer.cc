#include "castaway/serializer.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace castaway {

using nlohmann::json;

json Serializer::serialize_entity(const Object&, const json& entity) const { return entity; }
json Serializer::deserialize_entity(const Object&, const json& entity) const { return entity; }

Object Serializer::serialize_args(const Object& ctxt, const Object& args) const {
  json result = json::object();
  for (const auto& [name, value] : args.json().items())
    result[name] = serialize_entity(ctxt, value);
  return Object(std::move(result));
}

Object Serializer::deserialize_args(const Object& ctxt, const Object& args) const {
  json result = json::object();
  for (const auto& [name, value] : args.json().items())
    result[name] = deserialize_entity(ctxt, value);
  return Object(std::move(result));
}

}  // namespace castaway
