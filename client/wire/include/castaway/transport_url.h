#pragma once
// TransportURL: where a broker is, as oslo.messaging writes it.
//
//     const TransportURL url = parse_transport_url(text);
//
// where `text` is "rabbit://nova:secret@mq-1,mq-2/cloud?ssl=true", or in general
//
//     scheme://[user[:password]@]host[:port][,...]/virtual_host[?option=value&...]
//
// Users, passwords and virtual hosts may be quoted with %XX. Errors and to_string() never show a
// password. Source: oslo_messaging/transport.py, TransportURL.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/error.h"

namespace castaway {

/// The message gives the position, from 1, and what was expected there.
class InvalidTransportURL : public MessagingException {
 public:
  explicit InvalidTransportURL(const std::string& what) : MessagingException(what, Effect::none) {}
};

struct TransportHost {
  std::string hostname = {};  ///< empty: not given
  std::optional<std::uint16_t> port = {};
  std::optional<std::string> username = {};
  std::optional<std::string> password = {};
  friend bool operator==(const TransportHost&, const TransportHost&) = default;
};

struct TransportURL {
  std::string transport = {};  ///< the scheme, in lower case: "rabbit", "kombu+memory"
  std::optional<std::string> virtual_host = {};  ///< none if there is no path
  std::vector<TransportHost> hosts = {};
  std::map<std::string, std::string> query = {};  ///< values of a repeated key are joined by ","
  friend bool operator==(const TransportURL&, const TransportURL&) = default;

  /// The scheme up to a "+".
  [[nodiscard]] std::string driver() const { return transport.substr(0, transport.find('+')); }
};

/// Throws: InvalidTransportURL.
[[nodiscard]] TransportURL parse_transport_url(std::string_view text);

/// The URL with "***" for each password.
[[nodiscard]] std::string to_string(const TransportURL& url);

/// The URL with its passwords: parsing it gives the same value.
[[nodiscard]] std::string to_string_with_passwords(const TransportURL& url);

}  // namespace castaway
