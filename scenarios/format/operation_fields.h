#pragma once
// Fields of an operation, which is a step of a script or of a method.

#include <array>
#include <cstddef>
#include <variant>

#include "fields.h"

namespace castaway::scenario {

void fields(auto& form, Is<Operation> auto& operation) {
  form.always("as", operation.as);
  form("repeat", operation.repeat);
  form("only", operation.only);
  form("retry_on", operation.retry_on);
  form("exchange", operation.exchange);
  form.always("topic", operation.topic);
  form("server", operation.server);
  form("namespace", operation.namespace_);
  form("version", operation.version);
  form.always("method", operation.method);
  form("args", operation.args);
  form("context", operation.context);
  form("nonce", operation.nonce);
  form("unserialisable", operation.unserialisable);
  form("timeout", operation.timeout);
  form("priority", operation.priority);
}

/// By the value of Operation::Kind.
inline constexpr std::array<Key, 3> operation_kinds = {"call", "cast", "fanout"};

/// The alternative of a step that is an operation.
template <class J, class Step>
void operation_fields(const Reader<J>& form, Step& step) {
  for (std::size_t kind = 0; kind < operation_kinds.size(); ++kind) {
    if (!form.has(operation_kinds[kind])) continue;
    form.template alternative<Operation>(operation_kinds[kind], step);
    std::get<Operation>(step).kind = static_cast<Operation::Kind>(kind);
  }
}

template <class J, class Step>
void operation_fields(Writer<J>& form, const Step& step) {
  if (const auto* operation = std::get_if<Operation>(&step))
    form.always(operation_kinds[static_cast<std::size_t>(operation->kind)], *operation);
}

}  // namespace castaway::scenario
