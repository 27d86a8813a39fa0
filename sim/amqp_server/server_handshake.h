#pragma once
// Handshake: what is said from connection.start to connection.open, and what both sides know
// afterwards.
//
// Source: AMQP 0-9-1, 2.2.4; rabbit_reader.erl, handle_method0.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"
#include "castaway/sim/session.h"

#include "contents.h"

namespace castaway::sim::server {

/// What the client says that it can do.
struct Capabilities {
  bool authentication_failure_close = false;
  bool consumer_cancel_notify = false;
  bool connection_blocked = false;
};

class Handshake final {
 public:
  explicit Handshake(const SessionSettings& settings) : settings_(settings) {}

  /// The first method.
  [[nodiscard]] amqp::ConnectionStart start() const;
  /// The answer, if there is one before that of the network to connection.open.
  /// Throws: LoginRefused, ProtocolError, SilentRefusal.
  [[nodiscard]] std::optional<amqp::Method> take(const Command& command);

  /// RabbitMQ's name for where it is: starting, tuning, opening.
  [[nodiscard]] const char* state() const;
  /// Whether errors are said: those before it are only followed by silence.
  [[nodiscard]] bool is_opening() const { return turn_ == Turn::open; }
  /// Whether connection.open came.
  [[nodiscard]] bool done() const { return turn_ == Turn::done; }

  // What was agreed on.
  [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
  [[nodiscard]] const Login& login() const { return login_; }
  [[nodiscard]] std::uint32_t frame_max() const { return frame_max_; }
  [[nodiscard]] std::uint16_t channel_max() const { return channel_max_; }
  [[nodiscard]] std::uint16_t heartbeat() const { return heartbeat_; }

 private:
  [[nodiscard]] amqp::Method start_ok(const amqp::ConnectionStartOk& said);
  void tune_ok(const amqp::ConnectionTuneOk& said);
  void open(const amqp::ConnectionOpen& said, amqp::MethodNumber number);

  enum class Turn : std::uint8_t { start_ok, tune_ok, open, done };
  const SessionSettings& settings_;
  Turn turn_ = Turn::start_ok;
  Capabilities capabilities_ = {};
  Login login_ = {};
  std::uint32_t frame_max_ = 4096;  ///< RabbitMQ's initial_frame_max
  std::uint16_t channel_max_ = 0;
  std::uint16_t heartbeat_ = 0;
};

}  // namespace castaway::sim::server
