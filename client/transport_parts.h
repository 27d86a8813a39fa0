#pragma once
// RPCTransport::Parts: what clients and servers take from their transport.

#include <memory>

#include "castaway/rpc_transport.h"

#include "reply_waiters.h"
#include "sender.h"

namespace castaway {

struct RPCTransport::Parts {
  Runtime& runtime;
  Transport& transport;
  const RPCTransportOptions options;
  Observer no_observer;
  Observer& observer;
  std::unique_ptr<Sender> sender;
  ReplyWaiters replies;

  Parts(Runtime& runtime_of, Transport& transport_of, RPCTransportOptions given,
        Observer* observer_of);

  /// The exchange of a target that names none.
  [[nodiscard]] const std::string& exchange_of(const Target& target) const {
    return target.exchange.empty() ? options.control_exchange : target.exchange;
  }
};

}  // namespace castaway
