#pragma once
// Process: another program at work, for as long as the object lives.
//
//     Process server({.program = "nats-server", .arguments = {"--port", "-1"}});
//     while (server.hear()) {
//       if (server.out().find("Server is ready") != std::string::npos) return;
//     }
//     throw std::runtime_error("it has ended: " + server.out());
//
// The process has its own session: the terminal's Ctrl-C does not reach it, and signals reach its
// children, too. It inherits only its three standard streams.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace castaway {

/// The variables of this process, as "NAME=value".
[[nodiscard]] std::vector<std::string> our_environment();

/// Where one of a program's three streams leads.
struct Stream {
  enum class To : std::uint8_t {
    nothing,   ///< /dev/null
    ours,      ///< where ours leads
    file,      ///< `path`; an output begins it anew
    pipe,      ///< to us: write() and hear()
    terminal,  ///< to us, and it looks like a terminal; only for the standard output
    out,       ///< where its standard output leads; only for the standard error
  };
  To to = To::nothing;
  std::string path = {};
};

struct ProcessSettings {
  std::string program = {};  ///< a path, or a name that is looked for in PATH
  std::vector<std::string> arguments = {};
  std::string directory = {};  ///< where it works; ours if empty
  std::vector<std::string> environment = our_environment();
  Stream in = {};
  Stream out = {Stream::To::pipe};
  Stream err = {Stream::To::out};
  bool ends_with_us = false;  ///< killed when the thread that started it ends, however that ends
};

/// How a process ended.
struct Ending {
  int exit_code = -1;  ///< -1 unless it ended by itself
  int signal = 0;      ///< that ended it, or 0
  double cpu = 0;      ///< seconds that it and those it waited for took of a processor
};

class Process final {
 public:
  /// Throws: std::system_error, which names the program.
  explicit Process(const ProcessSettings& settings);
  /// Kills it and all that it started, unless it was waited for.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// To its standard input, a pipe. Any thread may write, one at a time. Does nothing once nobody
  /// reads; our SIGPIPE has to be ignored.
  /// Waits: until there is room.
  void write(std::string_view text) const;
  /// Ends its standard input, a pipe.
  void close_input();

  /// Waits: until it has said more in its pipes, `at_most` so long; for ever if that is negative.
  /// Returns false once nothing more will come.
  bool hear(std::chrono::milliseconds at_most = std::chrono::milliseconds(-1));
  /// What it has said so far, less what the caller has taken out.
  [[nodiscard]] std::string& out();
  [[nodiscard]] std::string& err();
  /// Takes out of out() the lines that are complete, without their ends.
  [[nodiscard]] std::vector<std::string> lines();

  /// Sends a signal to it and all that it started.
  void signal(int number) const;
  /// Waits: until a SIGSTOP has stopped all its threads.
  void wait_until_stopped() const;
  /// Its number for the system, as long as nobody has waited for it.
  [[nodiscard]] int id() const;
  [[nodiscard]] bool running() const;
  /// Waits: until it has ended. Requires: it does not wait for us to hear it.
  /// Throws: std::logic_error if it was waited for already; std::system_error.
  Ending wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Takes out of `text` the lines that are complete, without their ends.
[[nodiscard]] std::vector<std::string> take_lines(std::string& text);

}  // namespace castaway
