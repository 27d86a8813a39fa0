#pragma once
// ServerProfile: where the profiles differ in a server. Each profile is one class: see
// strict_server.cc and classic_server.cc.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "castaway/rpc_server.h"

#include "connections/listener.h"
#include "intake.h"
#include "replier.h"
#include "request_queue.h"
#include "rpc/transport_parts.h"

namespace castaway {

class ServerProfile {
 public:
  virtual ~ServerProfile() = default;

  /// `seen` are the requests of all epochs, `queues` those that this one consumes from, and
  /// `wake_listener` asks for Intake::tend().
  [[nodiscard]] virtual std::unique_ptr<Intake> make_intake(
      RPCTransport::Parts& parts, RequestQueue& requests, Guarded<RequestMemory>& seen,
      const std::vector<Consumption>& queues, const RPCServerOptions& options,
      std::function<void()> wake_listener) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Replier> make_replier(RPCTransport::Parts& parts) const = 0;

  /// How many deliveries the broker hands over ahead of their acknowledgements.
  [[nodiscard]] virtual std::uint16_t prefetch(const RPCTransportOptions& transport,
                                               const RPCServerOptions& options) const = 0;
  /// Whether heartbeats begin before the method is looked up, or with its execution.
  [[nodiscard]] virtual bool beats_before_lookup() const = 0;
  /// Whether it executes a request only once the broker has settled it.
  [[nodiscard]] virtual bool executes_settled() const = 0;
  /// Adds to the context what endpoints see in it.
  virtual void complete_context(Request& request) const = 0;
};

[[nodiscard]] std::unique_ptr<const ServerProfile> make_strict_server();
[[nodiscard]] std::unique_ptr<const ServerProfile> make_classic_server();

}  // namespace castaway
