#pragma once
// Serializer: converts a service's values before they are sent and after they arrive. Derive from
// it to convert your own types; this one changes nothing.
//
// It is applied to each argument's value, to a method's result, and to the context; never to keys.
// Source: oslo_messaging/serializer.py, Serializer and NoOpSerializer.

#include <nlohmann/json_fwd.hpp>

#include "castaway/object.h"

namespace castaway {

class Serializer {
 public:
  virtual ~Serializer() = default;

  /// `ctxt` is the caller's context, as the service sees it, on either side.
  [[nodiscard]] virtual nlohmann::json serialize_entity(const Object& ctxt,
                                                        const nlohmann::json& entity) const;
  [[nodiscard]] virtual nlohmann::json deserialize_entity(const Object& ctxt,
                                                          const nlohmann::json& entity) const;
  [[nodiscard]] virtual Object serialize_context(const Object& ctxt) const { return ctxt; }
  [[nodiscard]] virtual Object deserialize_context(const Object& ctxt) const { return ctxt; }

  /// Applies serialize_entity() or deserialize_entity() to each value of `args`.
  [[nodiscard]] Object serialize_args(const Object& ctxt, const Object& args) const;
  [[nodiscard]] Object deserialize_args(const Object& ctxt, const Object& args) const;
};

}  // namespace castaway
