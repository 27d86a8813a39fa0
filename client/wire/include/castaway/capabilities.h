#pragma once
// Capabilities: which promises of the Transport interface a transport keeps, and why it does not
// keep the others. Scenarios and contract tests read them to know what they may ask of a broker.
//
// Names are those of the catalogue where it has one, so that you can compare them with a scenario's
// "needs". A transport either ignores what it cannot do (an ack, where there are none) or refuses
// it (a durable queue); the reason says which.

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace castaway {

/// Everything that can depend on the transport. No case of the catalogue needs the last three.
inline constexpr std::array<std::string_view, 12> transport_capabilities = {
    "confirms", "delivery-count", "fanout",  "mandatory", "multi-host",     "reconnect", "requeue",
    "ttl",      "turns",          "durable", "prefetch",  "queue-arguments"};

struct Capabilities {
  std::map<std::string, std::string> missing = {};  ///< capability -> why it is missing

  [[nodiscard]] bool has(const std::string& capability) const {
    return !missing.contains(capability);
  }
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

}  // namespace castaway
