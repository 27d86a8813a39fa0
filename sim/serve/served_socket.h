#pragma once
// ServedSocket: one TCP connection of a client: moves bytes between the socket and the session, and
// ends when either does.

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "castaway/sim/served_broker.h"

namespace castaway::sim {

class ServedSocket final : public std::enable_shared_from_this<ServedSocket> {
 public:
  /// What a socket needs of its listener.
  struct Home {
    ServedBroker& broker;
    std::function<TimePoint()> now;
    /// This socket has something to do: flush() is to be called once nothing else runs.
    std::function<void(ServedSocket&)> changed;
    /// Something came, and the broker has it.
    std::function<void()> stirred;
    std::string& buffer;  ///< to read into, which all sockets share
  };

  ServedSocket(const Home& home, boost::asio::ip::tcp::socket socket);
  /// Begins to read.
  void begin();
  /// Sends what there is, reads on if the session wants it, and ends if it is over.
  void flush();
  /// Breaks it, as a machine does that is switched off.
  void reset();
  [[nodiscard]] bool is_over() const { return client_ == nullptr; }

  bool is_changed = false;  ///< the listener's mark

 private:
  void read();
  void on_readable();
  /// Hands bytes to the session; false if it does not take them all, and the rest waits.
  bool hand_over(std::string_view bytes);
  void write();
  void end();

  const Home& home_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<ServedClient> client_;
  std::string unread_ = {};  ///< came from the socket, and the session did not want it yet
  std::string unsent_ = {};
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

}  // namespace castaway::sim
