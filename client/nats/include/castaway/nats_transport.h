#pragma once
// NatsTransport: runs the library over a NATS server. Use it where there is no AMQP broker, or as
// the example for a transport of your own: docs/guide/transports.md goes through it.
//
//     ThreadRuntime runtime;
//     NatsTransport nats(runtime, {.servers = {"nats://mq-1:4222", "nats://mq-2:4222"}});
//     RPCTransport transport(runtime, nats);
//
// Core NATS stores nothing and has no acks: a message reaches a subscriber at once, or never. So
// calls and casts run at most once whatever breaks, and more of them are lost than over AMQP.
// capabilities() lists what is not promised, and why.

#include <memory>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway {

struct NatsSettings {
  /// NATS URLs, with user, password or token, and "tls://" for TLS; tried in random order. They
  /// never appear in a log or an error.
  std::vector<std::string> servers = {"nats://localhost:4222"};
  Duration connect_timeout = 2s;  ///< for each server
  /// A server that is silent for this long counts as gone.
  Duration heartbeat_timeout_threshold = 60s;
};

class NatsTransport final : public Transport {
 public:
  /// `runtime` must be one of real threads, and must outlive the transport.
  /// Throws: std::invalid_argument for settings without a server, or with a time below 3 ms.
  NatsTransport(Runtime& runtime, NatsSettings settings);
  /// Requires: all its connections are gone.
  /// Waits: for connection attempts that are under way.
  ~NatsTransport() override;
  NatsTransport(const NatsTransport&) = delete;
  NatsTransport& operator=(const NatsTransport&) = delete;

  /// A publication counts as confirmed once the server has read it and passed it to the current
  /// subscribers. A request that cannot be carried out closes the connection: with 404 for an
  /// exchange that was not declared on it, with 540 for a feature that core NATS lacks. Destroying
  /// a connection waits for the event handler that is running, unless that handler destroys it.
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
