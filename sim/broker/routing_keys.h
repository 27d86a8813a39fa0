#pragma once
// Routing keys: what a message is routed by: its own key, and those in its headers CC and BCC, of
// which nobody gets to read the latter.
//
// Source: RabbitMQ, sender-selected distribution; rabbit_basic:header_routes.

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "castaway/amqp/message.h"

#include "words/replies.h"

namespace castaway::sim {

/// Those of BCC; null if there are none.
using HiddenKeys = std::shared_ptr<const amqp::FieldArray>;

/// Why a message cannot have these lists of keys; nothing if it can.
[[nodiscard]] std::optional<Refusal> bad_keys(const amqp::Properties& properties);

/// Takes the keys that nobody is to read out of the headers; null if there are none.
[[nodiscard]] HiddenKeys take_hidden_keys(amqp::Properties& properties);

/// Appends all keys of a message.
void append_keys(const amqp::Publication& publication, const HiddenKeys& hidden,
                 std::vector<std::string_view>& keys);

/// Those that a reader may see: the first is that of the publication.
[[nodiscard]] amqp::FieldArray readable_keys(const amqp::Publication& publication);

/// The headers without one.
[[nodiscard]] amqp::FieldTable without(const amqp::FieldTable& headers, std::string_view name);

}  // namespace castaway::sim
