#pragma once
// Serving: one epoch of a server, from its start() to the end of its wait(): the connection that it
// consumes on, its workers, and the replies that are under way.

#include <memory>
#include <vector>

#include "castaway/guarded.h"
#include "castaway/rpc_server.h"

#include "connections/listener.h"
#include "dispatcher.h"
#include "intake.h"
#include "replier.h"
#include "request_queue.h"
#include "rpc/transport_parts.h"
#include "server_profile.h"
#include "worker_pool.h"

namespace castaway {

class Serving final {
 public:
  /// Begins at once. Takes no lock. `seen` are the requests of all epochs.
  Serving(RPCTransport::Parts& parts, const Target& target, const Dispatcher& dispatcher,
          const RPCServerOptions& options, Guarded<RequestMemory>& seen);

  /// Waits: until the broker has taken the consumers, or stop() is called.
  void wait_ready() { listener_.wait_ready(never); }

  /// See RPCServer::stop().
  void stop() { intake_->stop(listener_); }

  /// Waits: until the methods that run have ended and their replies are out; then closes the
  /// connection.
  void finish();

 private:
  void work();
  void serve(Accepted& accepted);
  void refuse(Execution& execution, const Request& request, const Answer& refusal);
  void run(Execution& execution, Accepted& accepted, const Method& method,
           std::unique_ptr<Heartbeat> heartbeat);
  /// Classic never stops the heartbeats of a call that it refused: they go on until one fails, or
  /// the epoch ends.
  void leave_beating(std::unique_ptr<Heartbeat> heartbeat);

  RPCTransport::Parts& parts_;
  const std::unique_ptr<const ServerProfile> profile_;
  const Target& target_;
  const Dispatcher& dispatcher_;
  const std::vector<Consumption> queues_;
  RequestQueue requests_;
  const bool acks_late_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Replier> replier_;
  Guarded<std::vector<std::unique_ptr<Heartbeat>>> left_beating_;
  Listener listener_;
  WorkerPool workers_;  // last: its tasks use all the rest
};

}  // namespace castaway
