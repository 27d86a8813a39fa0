#pragma once
// Peer: a process that serves, calls and casts as it is asked to.
//
//     const json answer = peer.ask({{"do", "call"}, {"url", url}, ...});
//     answer.at("result"), or answer.at("error").at("class")
//
// The commands are described in oslo_peer.py. Any number of threads may ask.

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace castaway::interop {

class Peer {
 public:
  /// Waits: until the program says that it is ready.
  /// Throws: std::runtime_error when it ends instead.
  explicit Peer(const std::vector<std::string>& program);
  /// Ends the process, whatever it does: it is killed, and has no time to say so.
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Waits: for the answer, a minute at most.
  /// Throws: std::runtime_error when there is none.
  nlohmann::json ask(const nlohmann::json& command);

  /// How often its servers of a topic, or one of them, ran a method that tells.
  [[nodiscard]] int ran(const std::string& topic, const std::string& server = {}) const;
  /// The arguments that its servers of a topic ran such methods with, in their order.
  [[nodiscard]] std::vector<std::string> arguments(const std::string& topic) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace castaway::interop
