#pragma once
// BrokerOptions: what the verbs share that talk to a server on a real broker: where the broker is,
// and which server.

#include <string>
#include <string_view>
#include <vector>

#include "castaway/rabbit_url.h"
#include "castaway/target.h"

#include "option.h"

namespace castaway::ci {

[[nodiscard]] Option url_option(std::string* into);
[[nodiscard]] Option server_option(Target* into);
[[nodiscard]] Option exchange_option(Target* into);

/// Whether `typed` begins with one of these schemes, as in rabbit://host or rabbit:/.
[[nodiscard]] bool has_scheme(std::string_view typed, const std::vector<std::string>& schemes);

/// Quotes what was typed and says how it is spelled: "localhost:5672": a broker's URL begins with
/// rabbit://; did you mean rabbit://localhost:5672/? A password is not quoted.
[[nodiscard]] std::string misspelled(std::string_view typed,
                                     const std::vector<std::string>& schemes);

/// Throws: UsageError.
[[nodiscard]] RabbitOptions broker_at(const std::string& url);

}  // namespace castaway::ci
