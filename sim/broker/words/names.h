#pragma once
// Names that mean something to the broker itself.

#include <string_view>

namespace castaway::sim {

/// What RabbitMQ calls the exchange without a name where it speaks of rights.
inline constexpr std::string_view default_exchange_name = "amq.default";

/// Only the broker makes something under such a name.
[[nodiscard]] inline bool is_reserved(std::string_view name) { return name.starts_with("amq."); }

[[nodiscard]] inline bool is_exchange_type(std::string_view type) {
  return type == "direct" || type == "fanout" || type == "topic" || type == "headers";
}

}  // namespace castaway::sim
