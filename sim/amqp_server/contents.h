#pragma once
// Contents: puts the frames of one channel together: a method, and the header and body of the
// content that follows some.
//
// A body grows as its bytes come, never by what its header says. Bytes that nobody will take, of
// a message that is too long or has more than it announced, are counted and dropped.
// Source: AMQP 0-9-1, 4.2.6; rabbit_command_assembler.erl, process.

#include <cstdint>
#include <optional>
#include <string>

#include "castaway/amqp/message.h"
#include "castaway/amqp/method.h"

#include "frames.h"

namespace castaway::sim::server {

/// A method as it came, its form checked, and its content.
struct Command {
  amqp::MethodNumber number = {};
  /// None if amqp::Method has none for it.
  std::optional<amqp::Method> method = {};
  std::string arguments = {};  ///< of a method that amqp::Method has not
  amqp::Message content = {};
  std::uint64_t body_size = 0;     ///< may be more than there is of the body: too much to be kept
  bool content_is_broken = false;  ///< its properties cannot be read
};

class Contents final {
 public:
  /// `longest_body`: bytes that are kept of one.
  explicit Contents(std::uint64_t longest_body) : longest_body_(longest_body) {}

  /// What is complete with this frame, if something is.
  /// Throws: ProtocolError for a frame out of its order or that cannot be decoded; Crash.
  [[nodiscard]] std::optional<Command> take(const Frame& frame);

 private:
  [[nodiscard]] std::optional<Command> begin(const MethodFrame& frame);
  [[nodiscard]] std::optional<Command> take_header(const HeaderFrame& frame);
  [[nodiscard]] std::optional<Command> take_body(std::string_view bytes);

  enum class Expects : std::uint8_t { method, header, body };
  const std::uint64_t longest_body_;
  Expects expects_ = Expects::method;
  Command command_ = {};       ///< unless a method is expected
  std::uint64_t missing_ = 0;  ///< of the body
  bool overrun_ = false;       ///< more came than was announced: it never ends
};

/// Reads a method of any channel.
/// Throws: ProtocolError if it has not the form of one; Crash if there is none of that number, or
/// its table cannot be read.
[[nodiscard]] Command decoded(const MethodFrame& frame);

}  // namespace castaway::sim::server
