#pragma once
// NatsServer: a nats-server of the test's own, on a loopback port; it ends with the test.
//
// It stores nothing, so nothing is left of it. Source of its output: nats-server 2.9.

#include <memory>
#include <string>
#include <vector>

namespace castaway {
class Process;
}

namespace castaway::nats {

class NatsServer final {
 public:
  /// Waits: until it listens.
  /// Throws: std::runtime_error when it is not installed or does not start, with what it said.
  explicit NatsServer(std::vector<std::string> arguments = {});
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  /// Ends it as a crash does.
  void kill();
  /// Waits: until it listens again, where it did before.
  void start();
  /// It stays there but does nothing, until go_on() or its end.
  void pause() const;
  void go_on() const;

  /// "nats://" and the rest; `credentials` is empty or ends in "@".
  [[nodiscard]] std::string url(const std::string& credentials = "") const;

 private:
  void await_port();

  const std::vector<std::string> arguments_;
  std::string port_ = "-1";  ///< any, the first time
  std::unique_ptr<Process> process_;
};

}  // namespace castaway::nats
