#pragma once
// BrokerOptions: what the verbs share that talk to a server on a real broker: where the broker is,
// and which server.

#include <string>

#include "castaway/rabbit_url.h"
#include "castaway/target.h"

#include "option.h"

namespace castaway::ci {

[[nodiscard]] Option url_option(std::string* into);
[[nodiscard]] Option server_option(Target* into);
[[nodiscard]] Option exchange_option(Target* into);

/// Throws: UsageError.
[[nodiscard]] RabbitOptions broker_at(const std::string& url);

}  // namespace castaway::ci
