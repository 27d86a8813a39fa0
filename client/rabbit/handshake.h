#pragma once
// Handshake: what a client sends until its channel is open, method by method.
// Source: AMQP 0-9-1, 2.2.4; py-amqp, amqp/connection.py.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "castaway/amqp/method.h"
#include "castaway/rabbit_transport.h"

namespace castaway::rabbit {

/// The channel of each connection.
inline constexpr std::uint16_t our_channel = 1;

/// Bytes. Longer frames are not asked for, so that no peer can make us keep more.
inline constexpr std::uint32_t longest_frame = 131072;

class Handshake final {
 public:
  /// `connection_name` is for people.
  Handshake(const RabbitSettings& settings, const RabbitHost& host, std::string connection_name)
      : settings_(settings), host_(host), connection_name_(std::move(connection_name)) {}

  struct Step {
    std::vector<amqp::Method> answers = {};
    bool open = false;                   ///< the channel is open: the handshake is over
    std::optional<Closed> refused = {};  ///< it is over, and went wrong
  };
  /// What to answer.
  [[nodiscard]] Step take(const amqp::Method& method);

  /// As agreed on; known with the answer to connection.tune.
  [[nodiscard]] std::uint32_t frame_max() const { return frame_max_; }
  /// 0: none.
  [[nodiscard]] Duration heartbeat() const { return heartbeat_; }

 private:
  /// What the broker has to say next.
  enum class Turn { start, tune, open_ok, channel_open_ok, over };

  [[nodiscard]] Step start(const amqp::ConnectionStart& start) const;
  [[nodiscard]] Step tune(const amqp::ConnectionTune& tune);
  [[nodiscard]] std::string response() const;

  const RabbitSettings& settings_;
  const RabbitHost& host_;
  const std::string connection_name_;
  Turn turn_ = Turn::start;
  std::uint32_t frame_max_ = 0;
  Duration heartbeat_ = {};
};

/// The channel on which a method travels.
[[nodiscard]] std::uint16_t channel_of(const amqp::Method& method);

}  // namespace castaway::rabbit
