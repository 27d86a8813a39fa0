#pragma once
// What a Transport says in the words of AMQP, and back. A Transport knows fewer words: reading
// drops table values that a Table cannot hold (nested tables, lists, floating point, times) and
// properties that it does not have.

#include "castaway/amqp/message.h"
#include "castaway/amqp/method.h"
#include "castaway/transport.h"

namespace castaway::amqp {

/// Integers become 32 bits wide if that is enough, as those of py-amqp.
[[nodiscard]] FieldTable to_amqp(const castaway::Table& table);
/// Of a key that comes twice, the last value that a Table can hold counts.
[[nodiscard]] castaway::Table to_transport(const FieldTable& table);

/// Empty properties become absent ones, but for the headers, which are there even when empty, as
/// those of oslo.messaging.
[[nodiscard]] Message to_amqp(castaway::Message message);
[[nodiscard]] castaway::Message to_transport(Message&& message);
/// Copies no more than what a Transport knows.
[[nodiscard]] castaway::Message to_transport(const Message& message);

[[nodiscard]] Publication to_amqp(castaway::Publication publication);
[[nodiscard]] ExchangeDeclare to_amqp(const castaway::ExchangeDeclaration& declaration);
[[nodiscard]] QueueDeclare to_amqp(const castaway::QueueDeclaration& declaration);

}  // namespace castaway::amqp
