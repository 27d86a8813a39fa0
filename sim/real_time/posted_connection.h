#pragma once
// PostedConnection: the end of a connection that any thread may use, while the connection itself
// lives on a world's own task. Requests and publications are counted here, as they are there.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "castaway/transport.h"

#include "live_task.h"

namespace castaway::sim {

class PostedConnection final : public Connection {
 public:
  /// Makes the connection itself, on the world's task.
  using Make = std::function<std::unique_ptr<Connection>(ConnectionEvents& events)>;

  PostedConnection(LiveTask& world, Make make, ConnectionEvents& events);
  /// Waits: until the connection is gone.
  ~PostedConnection() override;

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override;
  RequestNumber declare_queue(const QueueDeclaration& declaration) override;
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override;
  RequestNumber delete_queue(const std::string& queue) override;
  RequestNumber prefetch(std::uint16_t count) override;
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override;
  RequestNumber cancel(const std::string& consumer_tag) override;
  RequestNumber confirm_select() override;
  std::uint64_t publish(Publication publication) override;
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override;
  void reject(std::uint64_t delivery_tag, bool requeue) override;
  void close() override;
  [[nodiscard]] std::uint64_t sent_through() const override { return shared_->sent_through; }

 private:
  /// What both ends know; all of it but the number is the world's.
  struct Shared {
    std::unique_ptr<Connection> inner = {};
    bool over = false;
    std::atomic<std::uint64_t> sent_through{0};
  };

  std::uint64_t post(std::function<void(Connection&)> act, std::uint64_t* counter = nullptr);
  RequestNumber request(std::function<void(Connection&)> act);

  LiveTask& world_;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::uint64_t requests_ = 0;      ///< guarded by the world's inbox
  std::uint64_t publications_ = 0;  ///< as well
};

}  // namespace castaway::sim
