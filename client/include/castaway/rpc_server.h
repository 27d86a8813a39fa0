#pragma once
// RPCServer: receives requests and runs the methods of its endpoints. It listens on its topic,
// under its own name, and for fanouts.
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
  /// Converts arguments, results and contexts; null changes nothing. Many tasks use it at once.
  std::shared_ptr<const Serializer> serializer = {};
  /// Acknowledges a request only when it has run, so that it runs again elsewhere if this server
  /// dies meanwhile, and also if the ack is lost or comes too late: at least once, in place of at
  /// most once. As Celery's acks_late; no option of oslo.messaging.
  bool acks_late = false;
  bool rpc_ping_enabled = false;  ///< adds a method oslo_rpc_server_ping that answers "pong"
  /// Shared by the servers that may get copies of one request; none if null. Profile strict only.
  std::shared_ptr<ClaimStore> claim_store = {};
  Duration claim_timeout = 5s;  ///< how long to wait for the store's answer
};

/// Several tasks may call start(), stop() and wait() at once, and again and again. An epoch goes
/// from a start() to the end of the wait() after its stop(); then the next may begin.
class RPCServer final {
 public:
  /// Throws: InvalidTarget unless `target` has a topic and a server; std::invalid_argument if an
  /// endpoint's version is malformed or the access policy is empty.
  RPCServer(RPCTransport& transport, Target target, std::vector<Endpoint> endpoints,
            RPCServerOptions options = {});
  /// Calls stop() and wait().
  /// Requires: no other task is in one of the functions below, and none of its methods destroys it.
  ~RPCServer();
  RPCServer(const RPCServer&) = delete;
  RPCServer& operator=(const RPCServer&) = delete;

  /// Begins to consume. No-op if the server is running. If it was stopped, calls wait() first.
  /// Waits: until the broker has accepted its consumers; for ever if there is no broker, unless
  /// stop() ends that.
  /// Requires: after stop(), not called from one of its methods.
  void start();

  /// Accepts no more requests. No method begins after this returns (in profile strict; classic
  /// still runs what it has accepted). No-op if the server is not running. If another task is
  /// already stopping it, waits for that. A method of the server may call it.
  /// Waits: until the broker has cancelled the consumers, or the link is lost.
  void stop();

  /// Ends an epoch: lets running methods finish and their replies go out, then closes the
  /// connection. Returns at once if no epoch was begun.
  /// Waits: until stop() has been called, then for the methods, then at most reply_retry_timeout
  /// for the replies.
  /// Requires: not called from one of its methods.
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
