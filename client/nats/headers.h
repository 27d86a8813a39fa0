#pragma once
// Headers: an AMQP message's address and properties as headers of a NATS message.
//
//     routing_key: compute.host-1        content_type: application/json
//     headers.x-attempt: i2              priority: 0
//
// Each value is escaped, so that it may hold anything. What a table holds has its type before it:
// b, i or s.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "castaway/transport.h"

namespace castaway::nats {

using Headers = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Headers headers_of(const Publication& publication);

/// A delivery without tags and body. Headers that headers_of() does not make are left out.
[[nodiscard]] Delivery delivery_of(const Headers& headers);

/// In bytes, on the wire. Source: NATS, ADR-4: version, lines, an empty line.
[[nodiscard]] std::size_t size_of(const Headers& headers);

}  // namespace castaway::nats
