#pragma once
// RawConnection: rabbitmq-c with nothing around it: one socket, one channel with confirms, of one
// thread. What it says is what oslo.messaging says.

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <amqp.h>

namespace castaway::bench {

struct RawDelivery {
  std::uint64_t tag = 0;
  std::string body;
};

class RawConnection final {
 public:
  /// Waits: until the channel is open and confirms are selected.
  /// Throws: std::runtime_error, as all of it does when the broker says anything unexpected.
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void declare_exchange(const std::string& name, const std::string& type, bool auto_delete);
  /// Declares a queue, binds it unless `exchange` is empty, and consumes from it.
  void consume(const std::string& queue, const std::string& exchange,
               const std::string& routing_key);
  void prefetch(std::uint16_t count);
  /// A passive declare, and its answer: what the strict server waits for after each ack.
  void barrier(const std::string& queue);

  /// Waits: until the broker has confirmed it; what is delivered meanwhile is kept.
  void publish(const std::string& exchange, const std::string& routing_key, const std::string& body,
               bool mandatory, bool expires);
  /// Waits: for a delivery.
  [[nodiscard]] RawDelivery next();
  void acknowledge(std::uint64_t tag);

 private:
  void check(const char* what, const amqp_rpc_reply_t& reply) const;
  void check(const char* what, int status) const;
  /// Waits: for one frame, and keeps what it brings.
  void read();

  amqp_connection_state_t connection_;
  std::uint64_t published_ = 0;
  std::uint64_t confirmed_ = 0;
  bool declared_ = false;  ///< the barrier's answer is there
  std::deque<RawDelivery> deliveries_ = {};
};

}  // namespace castaway::bench
