#pragma once
// RPCServer: listens on a topic, for itself by name, and for fanouts, and runs the methods of its
// endpoints.
//
//     RPCServer server(transport, {.topic = "compute", .server = "host-1"}, {endpoint});
//     server.start();
//     server.wait();  // until another task, or one of the methods, calls stop()
//
// Source: oslo_messaging/server.py, rpc/server.py and rpc/dispatcher.py.

#include <cstdint>
#include <memory>
#include <vector>

#include "castaway/access_policy.h"
#include "castaway/claim_store.h"
#include "castaway/endpoint.h"
#include "castaway/rpc_transport.h"
#include "castaway/serializer.h"
#include "castaway/target.h"

namespace castaway {

struct RPCServerOptions {
  std::uint16_t workers = 64;  ///< executor_thread_pool_size: how many methods run at once
  RPCAccessPolicy access_policy = DefaultRPCAccessPolicy{};
  /// What arguments, results and contexts go through; nothing if none. Used by many tasks at once.
  std::shared_ptr<const Serializer> serializer = {};
  bool rpc_ping_enabled = false;  ///< adds a method oslo_rpc_server_ping that answers "pong"
  /// Shared by the servers that may get copies of one request; none if null. Profile strict only.
  std::shared_ptr<ClaimStore> claim_store = {};
  Duration claim_timeout = 5s;  ///< how long an answer of the store is waited for
};

/// start(), stop() and wait() may be called by several tasks at once, and again and again: an epoch
/// goes from a start() to the end of the wait() after its stop(), and the next may follow.
class RPCServer final {
 public:
  /// Throws: InvalidTarget unless `target` has a topic and a server; std::invalid_argument for an
  /// endpoint's version that is none, and for an empty access policy.
  RPCServer(RPCTransport& transport, Target target, std::vector<Endpoint> endpoints,
            RPCServerOptions options = {});
  /// stop() and wait().
  /// Requires: no other task is in one of the functions below, and none of its methods destroys it.
  ~RPCServer();
  RPCServer(const RPCServer&) = delete;
  RPCServer& operator=(const RPCServer&) = delete;

  /// Begins to consume. A server that runs only goes on; one that was stopped wait()s first.
  /// Waits: until the broker has taken its consumers, for ever if there is no broker; stop() ends
  /// that.
  /// Requires: not from one of its methods once stop() was called.
  void start();

  /// Takes no more requests. No method begins after this returns (in profile strict; classic hands
  /// over what it has accepted). A server that does not run it leaves alone, and one that others
  /// are stopping it waits for. A method of the server may call it.
  /// Waits: until the broker has cancelled the consumers, or the link is lost.
  void stop();

  /// Ends an epoch: lets the methods that run end and their replies go out, then closes the
  /// connection. Returns at once where none was begun.
  /// Waits: until somebody has called stop(), for those methods, and for the replies,
  /// reply_retry_timeout at most.
  /// Requires: not from one of its methods.
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
