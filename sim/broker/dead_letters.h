#pragma once
// Arrival: a message as it comes to a queue: from a publisher, or from a queue where it died.
//
// Source: RabbitMQ, dead letter exchanges. Of the header x-death, the broker keeps to itself what
// it needs to find cycles.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/broker.h"

#include "arguments.h"

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

struct Death {
  std::string queue = {};
  std::string_view reason = {};
  friend bool operator==(const Death&, const Death&) = default;
};
using Deaths = std::vector<Death>;  ///< the latest first

struct Arrival {
  CarriedPtr message = {};
  std::shared_ptr<const amqp::Publication> publication = {};
  TimePoint expires = never;
  std::shared_ptr<const Deaths> deaths = {};  ///< null if it never died
};

/// A message that left a queue, and why.
struct Loss {
  CarriedPtr message = {};
  std::string_view why = {};
};

/// What becomes of a message that dies in `queue`.
/// Requires: that the queue has a dead letter exchange.
[[nodiscard]] Arrival dead_letter(const Arrival& from, const std::string& queue,
                                  const QueueArguments& arguments, std::string_view why);

/// A dead letter that comes to `queue` again is dropped, unless someone rejected it since it left.
[[nodiscard]] bool goes_in_circles(const Deaths& deaths, std::string_view queue);

}  // namespace castaway::sim
