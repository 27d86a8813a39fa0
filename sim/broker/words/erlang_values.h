#pragma once
// Erlang values: what RabbitMQ holds equal, and how it writes a value into an error.

#include <string>

#include "castaway/amqp/field_table.h"

namespace castaway::sim::erlang {

/// As == of Erlang, which is told no types: numbers are equal by value, bytes are equal to a text.
[[nodiscard]] bool equal(const amqp::FieldValue& a, const amqp::FieldValue& b);

/// In the order of the keys, as RabbitMQ keeps tables.
[[nodiscard]] amqp::FieldTable sorted(const amqp::FieldTable& table);

/// As ~p writes it, but on one line.
[[nodiscard]] std::string term(const amqp::FieldValue& value);

}  // namespace castaway::sim::erlang
