#pragma once
// Refusals: how RabbitMQ ends a connection that went wrong. Each is thrown where it is found.
//
// Source: rabbit_reader.erl, handle_exception; rabbit_binary_generator.erl, map_exception. The
// texts were compared with those of a RabbitMQ 3.10.8: see sim/amqp_server/recorded.

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"

#include "frames.h"

namespace castaway::sim::server {

/// Ends the connection with a connection.close.
struct ProtocolError {
  std::uint16_t code = 0;
  std::string text = {};
  amqp::MethodNumber at_fault = {};
  bool fatal = false;  ///< nothing more is read, not even an answer
};

/// The same during the login, where no other error is said.
struct LoginRefused {
  ProtocolError error = {};
};

/// Ends the connection after a while, without a word: the client did not log in as it should.
struct SilentRefusal {};

/// Ends the connection at once, without a word: RabbitMQ's reader crashes.
struct Crash {};

[[nodiscard]] ProtocolError unexpected_method(std::string_view state, amqp::MethodNumber number);
[[nodiscard]] ProtocolError unexpected_frame(const RawFrame& frame);
[[nodiscard]] ProtocolError unexpected_in_content(const std::string& text,
                                                  amqp::MethodNumber announced = {});
[[nodiscard]] ProtocolError unknown_frame(const RawFrame& frame);
/// `most`: bytes of a payload that were agreed on.
[[nodiscard]] ProtocolError bad_frame(const BadFrame& frame, std::uint64_t most);
[[nodiscard]] ProtocolError cannot_decode(const MethodFrame& frame);
[[nodiscard]] ProtocolError internal_error();
[[nodiscard]] ProtocolError channel_opened_twice(amqp::MethodNumber number);
[[nodiscard]] ProtocolError channel_not_open(amqp::MethodNumber number);
[[nodiscard]] ProtocolError unimplemented_method(amqp::MethodNumber number);
[[nodiscard]] ProtocolError not_implemented(std::string_view what, amqp::MethodNumber number);
[[nodiscard]] ProtocolError too_many_channels(std::size_t open, std::uint16_t channel_max);
[[nodiscard]] ProtocolError no_virtual_host(std::string_view name, amqp::MethodNumber number);
[[nodiscard]] ProtocolError no_access_to_virtual_host(std::string_view name, std::string_view user,
                                                      amqp::MethodNumber number);
[[nodiscard]] LoginRefused login_refused(std::string_view mechanism);

/// Cut as RabbitMQ cuts what is too long for a short string.
[[nodiscard]] std::string reply_text(std::string text);

}  // namespace castaway::sim::server
