#pragma once
// Method shapes: which methods there are in AMQP 0-9-1 and RabbitMQ, and whether arguments have
// the form of one.
//
// RabbitMQ refuses arguments that are too short or too long for a method in other words than a
// table that cannot be read, and a method that does not exist otherwise still.
// Source: rabbit_framing_amqp_0_9_1.erl, lookup_method_name and decode_method_fields.

#include <string_view>

#include "castaway/amqp/method.h"

namespace castaway::sim::server {

struct MethodShape {
  amqp::MethodNumber number = {};
  std::string_view name = {};
  /// A character for each argument: a number of bytes, `s` for a short string, `S` for a long one
  /// or a table.
  std::string_view arguments = {};
};

/// Null if there is no such method.
[[nodiscard]] const MethodShape* shape_of(amqp::MethodNumber number);

/// Whether the bytes are such arguments, and nothing more.
[[nodiscard]] bool fits(std::string_view arguments, std::string_view bytes);

/// Whether the bytes are flags of class basic, and the properties that they announce.
[[nodiscard]] bool fits_properties(std::string_view bytes);

/// Whether a content follows it.
[[nodiscard]] bool has_content(amqp::MethodNumber number);

/// Whether a client may ask for it on a channel, with or without an answer.
[[nodiscard]] bool is_request(amqp::MethodNumber number);

}  // namespace castaway::sim::server
