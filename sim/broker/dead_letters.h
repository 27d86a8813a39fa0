#pragma once
// Arrival: a message as it comes to a queue: from a publisher, or from a queue where it died.
//
// How it died is told by its headers: x-death has each queue and reason once, the latest first, and
// how often it was.
// Source: RabbitMQ, dead letter exchanges; rabbit_dead_letter.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/broker.h"

#include "routing_keys.h"
#include "words/arguments.h"

namespace castaway::sim {

/// Why a message leaves a queue: for a dead letter exchange in RabbitMQ's words, or with it.
namespace reason {
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view rejected = "rejected";
inline constexpr std::string_view maxlen = "maxlen";
inline constexpr std::string_view delivery_limit = "delivery_limit";
inline constexpr std::string_view queue_gone = "queue gone";
inline constexpr std::string_view purged = "purged";
inline constexpr std::string_view unbound = "unbound";
}  // namespace reason

struct Arrival {
  CarriedPtr message = {};
  std::shared_ptr<const amqp::Publication> publication = {};
  TimePoint expires = never;
  HiddenKeys hidden = {};
};

/// A message that left a queue, and why.
struct Loss {
  CarriedPtr message = {};
  std::string_view why = {};
};

/// What becomes of a message that dies in `queue`.
/// Requires: that the queue has a dead letter exchange.
[[nodiscard]] Arrival dead_letter(const Arrival& from, const std::string& queue,
                                  const QueueArguments& arguments, std::string_view why,
                                  TimePoint now);

/// A dead letter that comes to `queue` again is dropped, unless someone rejected it since it left.
/// Its headers tell.
[[nodiscard]] bool goes_in_circles(const amqp::FieldTable& headers, const std::string& queue);

}  // namespace castaway::sim
