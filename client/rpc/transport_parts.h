#pragma once
// RPCTransport::Parts: what clients and servers take from their transport.

#include <memory>

#include "castaway/rpc_transport.h"

#include "connections/sender.h"
#include "reply_waiters.h"
#include "request_timing.h"

namespace castaway {

struct RPCTransport::Parts {
  Runtime& runtime;
  Transport& transport;
  const RPCTransportOptions options;
  Observer no_observer;
  Observer& observer;
  const Topology topology;
  std::unique_ptr<Sender> sender;
  ReplyWaiters replies;
  const std::unique_ptr<RequestTiming> timing;

  Parts(Runtime& runtime_of, Transport& transport_of, RPCTransportOptions given,
        Observer* observer_of);

  /// Closes all connections, and lets everyone go who waits.
  /// Waits: at most 5 s.
  void cleanup();
};

}  // namespace castaway
