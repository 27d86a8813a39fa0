#pragma once
// Message: a body with its properties, as they are on the wire.

#include <cstdint>
#include <optional>
#include <string>

#include "castaway/amqp/field_table.h"

namespace castaway::amqp {

/// The fourteen properties of class basic, in the specification's order. An absent one is not the
/// same as an empty one. Source: AMQP 0-9-1, 1.8.1.
struct Properties {
  std::optional<std::string> content_type = {};
  std::optional<std::string> content_encoding = {};
  std::optional<FieldTable> headers = {};
  std::optional<std::uint8_t> delivery_mode = {};  ///< 2 is persistent
  std::optional<std::uint8_t> priority = {};
  std::optional<std::string> correlation_id = {};
  std::optional<std::string> reply_to = {};
  std::optional<std::string> expiration = {};  ///< milliseconds in decimal
  std::optional<std::string> message_id = {};
  std::optional<Timestamp> timestamp = {};
  std::optional<std::string> type = {};
  std::optional<std::string> user_id = {};
  std::optional<std::string> app_id = {};
  std::optional<std::string> cluster_id = {};
  friend bool operator==(const Properties&, const Properties&) = default;
};

struct Message {
  Properties properties = {};
  std::string body = {};
  friend bool operator==(const Message&, const Message&) = default;
};

/// A basic.publish with the content that follows it.
struct Publication {
  std::string exchange = {};  ///< "" is the default exchange: the routing key names the queue
  std::string routing_key = {};
  bool mandatory = false;
  bool immediate = false;
  Message message = {};
  friend bool operator==(const Publication&, const Publication&) = default;
};

}  // namespace castaway::amqp
