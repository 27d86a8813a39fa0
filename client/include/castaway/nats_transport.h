#pragma once
// NatsTransport: the library on a NATS server, which is no AMQP broker. docs/transports.md goes
// through it as the example of a transport.
//
//     ThreadRuntime runtime;
//     NatsTransport nats(runtime, {.servers = {"nats://mq-1:4222", "nats://mq-2:4222"}});
//     RPCTransport transport(runtime, nats);
//
// Core NATS stores nothing and knows no acks: a message is at a subscriber at once, or never. So
// calls and casts are made at most once whatever breaks, and more of them are lost than with AMQP:
// capabilities() lists what is not promised, and why.

#include <memory>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway {

struct NatsSettings {
  /// URLs as NATS has them, with user, password or token, and "tls://" for TLS; tried in an order
  /// of chance. In no log and no error.
  std::vector<std::string> servers = {"nats://localhost:4222"};
  Duration connect_timeout = 2s;  ///< for each server
  /// A server that is silent for so long is gone.
  Duration heartbeat_timeout_threshold = 60s;
};

class NatsTransport final : public Transport {
 public:
  /// `runtime` is one of real threads, and outlives the transport.
  /// Throws: std::invalid_argument for settings without a server, or with a time below 3 ms.
  NatsTransport(Runtime& runtime, NatsSettings settings);
  /// Requires: all its connections are gone.
  /// Waits: for attempts to connect that are under way.
  ~NatsTransport() override;
  NatsTransport(const NatsTransport&) = delete;
  NatsTransport& operator=(const NatsTransport&) = delete;

  /// A publication counts as confirmed when the server has read it and handed it to those who had
  /// subscribed by then. What cannot be done ends the connection: with 404 for exchanges that were
  /// not declared on it, with 540 for what core NATS has not got. Destroying a connection waits for
  /// an event that is being handled, unless the handler itself destroys it.
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;
  [[nodiscard]] Capabilities capabilities() const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
