#pragma once
// RabbitMQNode: a RabbitMQ of the test's own, with ports and a folder of its own; it ends with the
// test.
//
// Where the variable CASTAWAY_SERVE names the program castaway, `castaway serve` takes its place:
// then what is asked of a real RabbitMQ is asked of that. It knows neither rabbitmqctl nor TLS.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "castaway/process.h"
#include "castaway/rabbit_transport.h"

namespace castaway::rabbit {

class RabbitMQNode final {
 public:
  enum class Until { ready, begun };
  /// Waits: until it is ready, or at once has begun to start.
  /// Throws: std::runtime_error when it is not installed, or does not start; with what it said.
  explicit RabbitMQNode(Until until = Until::ready);
  /// Ends it, and removes what it left.
  ~RabbitMQNode();
  RabbitMQNode(const RabbitMQNode&) = delete;
  RabbitMQNode& operator=(const RabbitMQNode&) = delete;

  /// The node of this program: started by whoever asks first, ended with the last test.
  static RabbitMQNode& shared();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  /// Holds ca.pem, client.pem and client.key, and stranger-ca.pem, of which it knows nothing.
  [[nodiscard]] std::filesystem::path certificates() const { return folder_ / "tls"; }
  [[nodiscard]] RabbitHost host() const { return {.hostname = "localhost", .port = port_}; }

  /// What rabbitmqctl says.
  /// Waits: for seconds, since it is slow.
  /// Throws: std::runtime_error when it fails.
  std::string ctl(const std::vector<std::string>& arguments) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  class Guard;
  [[nodiscard]] std::string output() const;
  void write_files() const;
  void await_ready() const;
  void serve(const std::string& program);

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::vector<std::string> environment_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<Process> served_;  ///< in its place
};

}  // namespace castaway::rabbit
