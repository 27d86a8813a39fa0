#pragma once
// BrokerListener: puts a ServedBroker on TCP sockets, in real time, on the thread that calls run().
//
//     ThreadRuntime runtime;
//     ServedBroker broker({.faults = {...}});
//     BrokerListener listener(runtime, broker, {{.host = "127.0.0.1", .port = 0}});
//     std::cout << "amqp://guest:guest@" << to_string(listener.endpoints().front()) << "\n";
//     listener.run([] { return interrupted(); });
//
// While the broker is down nobody listens, so connections are refused. A link that a fault breaks
// is reset.

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "castaway/runtime.h"
#include "castaway/sim/served_broker.h"

namespace castaway::sim {

struct Endpoint {
  std::string host = "127.0.0.1";  ///< an address, of IPv4 or IPv6
  std::uint16_t port = 5672;       ///< 0: any that is free
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1:5672", "[::1]:5672".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// Whether only programs of this machine reach it. Throws: std::invalid_argument if the host is no
/// address.
[[nodiscard]] bool is_loopback(const Endpoint& endpoint);

/// Somebody else listens there, or nobody can.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class BrokerListener final {
 public:
  /// Listens from then on; clients wait until run(). Both must outlive it.
  /// Throws: ListenError, which names the endpoint.
  BrokerListener(Runtime& runtime, ServedBroker& broker, const std::vector<Endpoint>& endpoints);
  /// Resets the connections that there still are.
  ~BrokerListener();
  BrokerListener(const BrokerListener&) = delete;
  BrokerListener& operator=(const BrokerListener&) = delete;

  /// Where it listens, with the ports that it got.
  [[nodiscard]] std::vector<Endpoint> endpoints() const;
  [[nodiscard]] std::size_t connections() const;

  /// Serves until `over` says so, which is asked at least ten times a second.
  /// Waits: for clients, and for time.
  void run(const std::function<bool()>& over);
  /// How long nothing came from any client and nothing was sent to one.
  [[nodiscard]] Duration idle() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
