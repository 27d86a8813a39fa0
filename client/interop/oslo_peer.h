#pragma once
// OsloPeer: a process with a real oslo.messaging in it, which does what it is asked for.
//
//     const json answer = OsloPeer::shared().ask({{"do", "call"}, {"url", url}, ...});
//     answer.at("result"), or answer.at("error").at("class")
//
// The commands are described in oslo_peer.py. Any number of threads may ask.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace castaway::interop {

class OsloPeer final {
 public:
  /// Waits: until Python has imported what it needs.
  /// Throws: std::runtime_error when that is not installed.
  OsloPeer();
  /// Ends the process, whatever it does.
  ~OsloPeer();
  OsloPeer(const OsloPeer&) = delete;
  OsloPeer& operator=(const OsloPeer&) = delete;

  /// The peer of this program: started by whoever asks first, ended with the last test.
  static OsloPeer& shared();

  /// Waits: for the answer, a minute at most.
  /// Throws: std::runtime_error when there is none.
  nlohmann::json ask(const nlohmann::json& command);

  /// How often its servers of a topic, or one of them, ran a method that tells.
  [[nodiscard]] int ran(const std::string& topic, const std::string& server = {}) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace castaway::interop
