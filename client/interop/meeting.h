#pragma once
// Meeting: a client and servers on one topic, each of them a real oslo.messaging or one of ours,
// and a line that may fail between one of them and the broker.

#include <atomic>
#include <list>
#include <memory>
#include <string>

#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "tcp_proxy.h"

namespace castaway::interop {

struct Castaway;

enum class Party { oslo, classic, strict };
inline constexpr Party parties[] = {Party::oslo, Party::classic, Party::strict};

[[nodiscard]] const char* to_string(Party party);

class Meeting final {
 public:
  /// `topic` is the meeting's own.
  Meeting(ThreadRuntime& runtime, Party client, Party server, std::string topic);
  ~Meeting();
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  /// The line of `serve_by_line()`, or of the client.
  rabbit::TcpProxy& line() { return line_; }
  /// The client sends by the line from now on.
  void send_by_line() { client_port_ = line_.port(); }

  void serve(const std::string& name) { serve(name, broker_port_); }
  void serve_by_line(const std::string& name) { serve(name, line_.port()); }

  /// "" or the error's class.
  std::string cast(const std::string& method) { return invoke("cast", method, 60, 0); }
  /// Waits: for a method that takes so many seconds.
  std::string call(double timeout, double seconds = 0) {
    return invoke("call", "sleep", timeout, seconds);
  }

  /// How often a server ran `note` or `sleep`.
  [[nodiscard]] int ran() const;
  /// Waits: until they ran so often, for `longest` at most.
  void await(int count, Duration longest = 20s) const;

  ThreadRuntime& runtime() { return runtime_; }
  [[nodiscard]] const std::string& topic() const { return topic_; }
  Party client() const { return client_; }
  Party server() const { return server_; }

 private:
  void serve(const std::string& name, std::uint16_t port);
  std::string invoke(const char* kind, const std::string& method, double timeout, double seconds);

  ThreadRuntime& runtime_;
  const Party client_;
  const Party server_;
  const std::string topic_;
  const std::uint16_t broker_port_;
  rabbit::TcpProxy line_;
  std::uint16_t client_port_;
  std::atomic<int> ran_ = 0;
  std::unique_ptr<Castaway> caller_;
  std::list<Castaway> processes_;
  std::list<RPCServer> servers_;
};

}  // namespace castaway::interop
