#pragma once
// RabbitTransport: runs the library over RabbitMQ. It is the transport to use in production.
//
//     ThreadRuntime runtime;
//     RabbitTransport rabbit(runtime, {.hosts = {{.hostname = "mq-1"}, {.hostname = "mq-2"}}});
//     RPCTransport transport(runtime, rabbit);
//
// Any number of threads may use one connection. A thread writes its own requests at once. One of
// the threads that wait on the runtime's signals reads what comes back and calls the events; if
// none of them waits, a task of the transport does. Each connection tries the hosts in turn,
// beginning with the one that answered last; the library decides when to try again. Source:
// oslo_messaging/_drivers/impl_rabbit.py, Connection.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/thread_runtime.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway {

struct RabbitHost {
  std::string hostname = "localhost";
  std::uint16_t port = 5672;
  std::string username = "guest";
  std::string password = "guest";  ///< never in a log or an error
};

/// The names are oslo.messaging's, without the prefix ssl_.
struct TlsSettings {
  bool verify = true;          ///< the chain, and that the certificate is for this hostname
  std::string ca_file = {};    ///< PEM; the system's authorities if empty
  std::string cert_file = {};  ///< PEM, of this client; none if empty
  std::string key_file = {};   ///< PEM; in cert_file if empty
};

/// SASL mechanisms. external: the client's certificate identifies it.
enum class LoginMethod { amqplain, plain, external };

struct RabbitSettings {
  std::vector<RabbitHost> hosts = {RabbitHost{}};  ///< shuffled once
  std::string virtual_host = "/";
  LoginMethod rabbit_login_method = LoginMethod::amqplain;
  std::optional<TlsSettings> ssl = {};
  /// A broker that is silent for this long counts as gone. Whole seconds; 0: it may be silent for
  /// ever.
  Duration heartbeat_timeout_threshold = 60s;
  /// For each host: from looking up its name to an open channel.
  Duration connect_timeout = 10s;
  /// In bytes. A connection closes itself if the broker announces a longer body.
  std::size_t longest_body = std::size_t{512} * 1024 * 1024;
};

class RabbitTransport final : public Transport {
 public:
  /// `runtime` must outlive the transport.
  /// Throws: std::invalid_argument for settings without a host or with invalid times;
  /// std::runtime_error for certificates that cannot be read.
  RabbitTransport(ThreadRuntime& runtime, RabbitSettings settings);
  /// Waits: for the system, if it is looking up a host's name.
  /// Requires: all its connections are gone.
  ~RabbitTransport() override;
  RabbitTransport(const RabbitTransport&) = delete;
  RabbitTransport& operator=(const RabbitTransport&) = delete;

  /// A connection's methods throw std::invalid_argument for names longer than 255 bytes and for
  /// tables longer than a frame. Destroying it waits for the event handler that is running, unless
  /// that handler destroys it.
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
