#pragma once
// TcpProxy: a link to a broker that a test can cut, make silent, or make lose acknowledgements.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "frame_filter.h"

namespace castaway::rabbit {

class TcpProxy final {
 public:
  /// Listens on a port of its own, and connects each who comes to `port` of the loopback.
  explicit TcpProxy(std::uint16_t port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Breaks every connection.
  void cut();
  /// While off, who connects is turned away at once.
  void accept(bool on);
  /// While on, nothing is carried in either direction; nobody hears that.
  void silence(bool on);
  /// While on, what the broker says is not carried: confirms, say.
  void silence_broker(bool on);
  /// While on, what clients say is not carried: acks, say.
  void silence_clients(bool on);
  /// The broker's confirms, of all connections.
  [[nodiscard]] AckGate& confirms();
  /// The acks by which clients take deliveries, of all connections.
  [[nodiscard]] AckGate& acks();
  /// How many connections there have been.
  [[nodiscard]] int accepted() const;
  /// Bytes that came from clients.
  [[nodiscard]] std::uint64_t carried_up() const;
  /// What clients said on each connection, in the order in which they came.
  [[nodiscard]] std::vector<std::string> said() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway::rabbit
