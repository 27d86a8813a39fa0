// What a client sends: its protocol header, its frames, and those of the connection itself.
// Source: rabbit_reader.erl, handle_input, handle_frame and handle_method0.

#include <limits>
#include <variant>

#include "castaway/amqp/frame.h"

#include "method_shapes.h"
#include "session_state.h"

namespace castaway::sim {

using server::Command;
using server::Crash;
using server::MethodFrame;
using server::ProtocolError;
using server::RawFrame;
using server::SilentRefusal;

bool Session::State::wants_bytes() const {
  return phase_ != Phase::silent && phase_ != Phase::over && room() > 0;
}

std::uint64_t Session::State::room() const {
  if (!blocked_) return std::numeric_limits<std::uint64_t>::max();
  return settings_.unread_max - unread_;
}

std::size_t Session::State::receive(std::string_view bytes, TimePoint now) {
  if (over()) return bytes.size();
  bytes = bytes.substr(0, room());
  received_ += bytes.size();
  if (blocked_) unread_ += bytes.size();
  if (phase_ != Phase::silent) input_.add(bytes);
  for (bool more = true; more;) {
    try {
      more = read();
    } catch (const ProtocolError& error) {
      if (phase_ == Phase::handshake && !handshake_.is_opening()) {
        fall_silent();
      } else if (is_stopping()) {
        if (error.fatal) fall_silent();
      } else {
        refuse(error);
      }
    } catch (const server::LoginRefused& refused) {
      refuse(refused.error);
    } catch (const SilentRefusal&) {
      fall_silent();
    } catch (const Crash&) {
      ended();
    }
  }
  advance(now);
  return bytes.size();
}

std::uint64_t Session::State::longest_payload() const {
  const std::uint32_t frame_max = handshake_.frame_max();
  // As in RabbitMQ, the eight bytes around a payload are not counted: many clients get it wrong.
  if (frame_max != 0) return frame_max;
  return std::max<std::uint64_t>(settings_.max_message_size, SessionSettings().frame_max);
}

bool Session::State::read() {
  if (phase_ == Phase::silent || phase_ == Phase::over) return false;
  if (phase_ == Phase::header) return read_header();
  const auto next = input_.next(longest_payload());
  if (std::holds_alternative<std::monostate>(next)) return false;
  if (const auto* bad = std::get_if<server::BadFrame>(&next))
    throw server::bad_frame(*bad, longest_payload() - amqp::frame_overhead);
  take(std::get<RawFrame>(next));
  return true;
}

bool Session::State::read_header() {
  const auto header = input_.take(amqp::protocol_header.size());
  if (!header) return false;
  // The second is that of AMQP 0-9, of which nothing is different here.
  const std::string_view older("AMQP\1\1\0\x9", 8);
  if (*header != amqp::protocol_header && *header != older) {
    output_ += amqp::protocol_header;
    finish();
    return false;
  }
  phase_ = Phase::handshake;
  say(0, handshake_.start());
  return true;
}

void Session::State::take(const RawFrame& frame) {
  if (frame.channel == 0) return take_for_connection(frame);
  if (phase_ == Phase::running) return take_for_channel(frame);
  if (!is_stopping()) throw server::unexpected_frame(frame);
}

void Session::State::take_for_connection(const RawFrame& frame) {
  const server::Frame what = server::analyzed(frame);
  const auto* const method = std::get_if<MethodFrame>(&what);
  if (is_stopping()) {
    if (method != nullptr) take_while_stopping(*method);
    return;
  }
  if (method != nullptr) return take_method(*method);
  if (std::holds_alternative<server::UnknownFrame>(what)) throw server::unknown_frame(frame);
  if (!std::holds_alternative<server::HeartbeatFrame>(what)) throw server::unexpected_frame(frame);
}

void Session::State::take_while_stopping(const MethodFrame& frame) {
  if (server::shape_of(frame.number) == nullptr) throw Crash();
  if (frame.number == amqp::number_of(amqp::ConnectionClose())) say(0, amqp::ConnectionCloseOk());
  if (frame.number == amqp::number_of(amqp::ConnectionCloseOk()) && phase_ == Phase::closed)
    finish();
}

void Session::State::take_method(const MethodFrame& frame) {
  if (server::shape_of(frame.number) == nullptr) throw Crash();
  const auto command = [&]() -> Command {
    try {
      return server::decoded(frame);
    } catch (const ProtocolError&) {
    } catch (const Crash&) {
    }
    // As in RabbitMQ, which says no more of a method of the connection.
    if (phase_ == Phase::handshake) throw SilentRefusal();
    throw server::internal_error();
  }();
  if (phase_ == Phase::handshake) return shake_hands(command);
  if (command.method && std::holds_alternative<amqp::ConnectionClose>(*command.method)) {
    phase_ = Phase::closing;
    return end_->say(0, *command.method);
  }
  constexpr amqp::MethodNumber update_secret{10, 70};
  constexpr amqp::MethodNumber update_secret_ok{10, 71};
  if (command.number == update_secret) return say(0, update_secret_ok, {});
  throw server::unexpected_method(handshake_.state(), command.number);
}

void Session::State::shake_hands(const Command& command) {
  const bool was_opening = handshake_.is_opening();
  const auto answer = handshake_.take(command);
  if (answer) say(0, *answer);
  if (handshake_.is_opening() && !was_opening)
    heartbeats_.start(std::chrono::seconds(handshake_.heartbeat()));
  if (!handshake_.done()) return;
  // The client may go on at once: what it says next goes up the link behind the connection itself.
  phase_ = Phase::running;
  handshake_timer_.stop();
  end_ = connect_(handshake_.login(), *this);
}

}  // namespace castaway::sim
