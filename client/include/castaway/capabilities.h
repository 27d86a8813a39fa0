#pragma once
// Capabilities: which promises of the seam a transport keeps, and why it does not keep the others.
//
// Those of the catalogue have its names, so that a scenario's "needs" can be compared with them.
// What a transport keeps none of it either does without a word (an ack, where there are none), or
// refuses (a durable queue); the reason says which.

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace castaway {

/// All that can depend on the transport. The last two are the seam's own: no case needs them.
inline constexpr std::array<std::string_view, 11> transport_capabilities = {
    "confirms", "delivery-count", "fanout",  "mandatory", "multi-host", "reconnect", "requeue",
    "ttl",      "turns",          "durable", "prefetch"};

struct Capabilities {
  std::map<std::string, std::string> missing = {};  ///< capability -> why it is not there

  [[nodiscard]] bool has(const std::string& capability) const {
    return !missing.contains(capability);
  }
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace castaway
