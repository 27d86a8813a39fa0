#pragma once
// FakeBroker: a broker that a test scripts. It speaks to the first client that connects, and is not
// always honest.

#include <functional>
#include <string>

#include "castaway/amqp/method.h"
#include "castaway/rabbit_transport.h"

namespace castaway::rabbit {

class FakeBroker final {
 public:
  /// What a script does with the one who connected.
  class Peer {
   public:
    explicit Peer(int socket) : socket_(socket) {}
    void say(const std::string& bytes) const;
    void say(const amqp::Method& method) const;
    /// Waits: until the peer says something, or closes; then false.
    [[nodiscard]] bool hear() const;
    /// Waits: until the peer closes.
    void hear_out() const;
    /// Everything up to channel.open-ok.
    void welcome() const;

   private:
    int socket_;
  };

  explicit FakeBroker(std::function<void(Peer&)> script);
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  [[nodiscard]] RabbitHost host() const { return {.hostname = "127.0.0.1", .port = port_}; }

 private:
  struct Thread;
  std::uint16_t port_ = 0;
  std::unique_ptr<Thread> thread_;
};

}  // namespace castaway::rabbit
