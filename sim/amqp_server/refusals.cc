#include "refusals.h"

#include <fmt/format.h>

#include "erlang_text.h"

namespace castaway::sim::server {
namespace {

/// What is said of a frame, and then what of its payload. Source: rabbit_reader.erl,
/// payload_snippet.
std::string described(std::uint8_t type, std::string_view payload) {
  constexpr std::size_t most = 16;
  std::string text =
      fmt::format("type {}, {} octets = ", type, payload.size() <= most ? "all" : "first 16");
  text += erlang_term(payload.substr(0, most), text.size());
  return text;
}

}  // namespace

ProtocolError unexpected_method(std::string_view state, amqp::MethodNumber number) {
  return {.code = 504,
          .text = fmt::format("CHANNEL_ERROR - unexpected method in connection state {}", state),
          .at_fault = number};
}

ProtocolError unexpected_frame(const RawFrame& frame) {
  return {.code = 505, .text = "UNEXPECTED_FRAME - " + described(frame.type, frame.payload)};
}

ProtocolError unexpected_in_content(const std::string& text, amqp::MethodNumber announced) {
  return {.code = 505, .text = "UNEXPECTED_FRAME - " + text, .at_fault = announced};
}

ProtocolError unknown_frame(const RawFrame& frame) {
  return {
      .code = 501,
      .text = fmt::format("FRAME_ERROR - {}: unknown_frame", described(frame.type, frame.payload))};
}

ProtocolError bad_frame(const BadFrame& frame, std::uint64_t most) {
  const std::string what = described(frame.type, frame.payload) + ": ";
  const std::size_t column = what.size() - (what.rfind('\n') + 1);
  const std::string why = frame.end ? erlang_tuple("invalid_frame_end_marker", *frame.end, column)
                                    : fmt::format("{{frame_too_large,{},{}}}", frame.size, most);
  return {.code = 501, .text = "FRAME_ERROR - " + what + why, .fatal = true};
}

ProtocolError cannot_decode(const MethodFrame& frame) {
  return {.code = 501,
          .text = "FRAME_ERROR - cannot decode " + erlang_bytes(frame.arguments),
          .at_fault = frame.number};
}

ProtocolError internal_error() { return {.code = 541, .text = "INTERNAL_ERROR"}; }

ProtocolError channel_opened_twice(amqp::MethodNumber number) {
  return {.code = 504, .text = "CHANNEL_ERROR - second 'channel.open' seen", .at_fault = number};
}

ProtocolError channel_not_open(amqp::MethodNumber number) {
  return {.code = 504, .text = "CHANNEL_ERROR - expected 'channel.open'", .at_fault = number};
}

ProtocolError unimplemented_method(amqp::MethodNumber number) {
  return {.code = 503, .text = "COMMAND_INVALID - unimplemented method", .at_fault = number};
}

ProtocolError not_implemented(std::string_view what, amqp::MethodNumber number) {
  return {.code = 540, .text = fmt::format("NOT_IMPLEMENTED - {}", what), .at_fault = number};
}

ProtocolError too_many_channels(std::size_t open, std::uint16_t channel_max) {
  return {.code = 530,
          .text = fmt::format("NOT_ALLOWED - number of channels opened ({}) has reached the "
                              "negotiated channel_max ({})",
                              open, channel_max)};
}

ProtocolError no_virtual_host(std::string_view name, amqp::MethodNumber number) {
  return {.code = 530,
          .text = fmt::format("NOT_ALLOWED - vhost {} not found", name),
          .at_fault = number};
}

ProtocolError no_access_to_virtual_host(std::string_view name, std::string_view user,
                                        amqp::MethodNumber number) {
  return {
      .code = 530,
      .text = fmt::format("NOT_ALLOWED - access to vhost '{}' refused for user '{}'", name, user),
      .at_fault = number};
}

LoginRefused login_refused(std::string_view mechanism) {
  return {{.code = 403,
           .text = fmt::format("ACCESS_REFUSED - Login was refused using authentication mechanism "
                               "{}. For details see the broker logfile.",
                               mechanism),
           .fatal = true}};
}

std::string reply_text(std::string text) {
  constexpr std::size_t longest = 255;
  if (text.size() > longest) text.replace(longest - 3, std::string::npos, "...");
  return text;
}

}  // namespace castaway::sim::server
