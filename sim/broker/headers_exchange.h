#pragma once
// Headers exchanges: which headers a binding asks for, and how.
//
// Source: RabbitMQ, rabbit_exchange_type_headers.

#include <optional>

#include "castaway/amqp/field_table.h"

#include "replies.h"

namespace castaway::sim {

/// Whether a message with these headers, or none, is one that a binding with these arguments wants.
[[nodiscard]] bool headers_match(const amqp::FieldTable& arguments,
                                 const amqp::FieldTable* headers);

/// Why no binding of a headers exchange can have these arguments; nothing if one can.
[[nodiscard]] std::optional<Refusal> bad_headers_binding(const amqp::FieldTable& arguments);

}  // namespace castaway::sim
