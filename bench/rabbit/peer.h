#pragma once
// Peer: what the C++ programs of the comparison have in common. bench/rabbit/run starts them, tells
// them on their standard input what to do, and reads lines of JSON from them.
//
//     castaway_peer client --profile strict --port 5672 --topic t
//     call 8 3000        eight threads call, each the next when it has its answer, for 3000 ms
//     {"begun": true}    all are connected, and the clock starts
//     {"count": 41213, "seconds": 3.0004, "p50_us": 571.2, "p99_us": 1320.0, "max_us": 4012.5}
//
// A server says {"serving": true}, and how much it has handled whenever it reads `count`. Both end
// with their standard input.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace castaway::bench {

/// The command line: a role, then pairs of an option and its value.
struct PeerArguments {
  std::string role;
  std::map<std::string, std::string> options;

  /// Throws: std::out_of_range for an option that was not given.
  [[nodiscard]] const std::string& at(const std::string& option) const {
    return options.at("--" + option);
  }
  [[nodiscard]] std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoi(at("port")));
  }
};

[[nodiscard]] PeerArguments peer_arguments(int argc, char** argv);

/// Each function does one thing to its end: a call has its answer, a cast its confirm. Different
/// threads have different numbers, from 0.
class Client {
 public:
  virtual ~Client() = default;
  /// Before so many threads begin.
  virtual void prepare(int /*threads*/) {}
  /// Throws: when the answer is not `n`.
  virtual void call(int thread, int n) = 0;
  virtual void cast(int thread, int n) = 0;
  virtual void fanout(int thread, int n) = 0;
};

/// Waits: until the end of standard input.
void run_client(Client& client);
void run_server(const std::function<std::uint64_t()>& handled);

}  // namespace castaway::bench
