#pragma once
// Meeting: a client and servers on one topic, each of them a real oslo.messaging or one of ours,
// and a line that may fail between one of them and the broker.

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "peer.h"
#include "servers/tcp_proxy.h"

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
  /// In a process of its own, which can be killed.
  void serve_apart(const std::string& name, int workers) {
    serve_apart(name, workers, broker_port_);
  }
  void serve_apart_by_line(const std::string& name, int workers) {
    serve_apart(name, workers, line_.port());
  }
  void kill(const std::string& name);
  /// Of a server that serves here: no method begins any more. Waits: as RPCServer's.
  void stop(const std::string& name);
  /// Waits: for the methods that run, and until the server has gone.
  void wait(const std::string& name);

  /// "" or the error's class. A method "sleep" takes so many seconds.
  std::string cast(const std::string& method, double seconds = 0) {
    return invoke("cast", method, 60, seconds);
  }
  /// Waits: for a method that takes so many seconds.
  std::string call(double timeout, double seconds = 0) {
    return invoke("call", "sleep", timeout, seconds);
  }

  /// How often a server ran `note` or `sleep`.
  [[nodiscard]] int ran() const;
  /// Waits: until they ran so often, for `longest` at most.
  void await(int count, Duration longest = 20s) const;
  /// Waits: until it holds, for `longest` at most.
  void await(const std::function<bool()>& holds, Duration longest = 20s) const;
  /// How often servers apart ran `sleep`, by its arguments.
  [[nodiscard]] std::map<std::string, int> ran_apart() const;

  ThreadRuntime& runtime() { return runtime_; }
  [[nodiscard]] const std::string& topic() const { return topic_; }
  Party client() const { return client_; }
  Party server() const { return server_; }

 private:
  void serve(const std::string& name, std::uint16_t port);
  void serve_apart(const std::string& name, int workers, std::uint16_t port);
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
  std::map<std::string, RPCServer> servers_;
  std::map<std::string, std::unique_ptr<Peer>> apart_;
  std::vector<std::string> ran_by_killed_;
};

}  // namespace castaway::interop
