#pragma once
// Frames: cuts what a client sends into frames, and says what each is, as RabbitMQ's reader does.
//
// Unlike amqp::FrameReader it takes frames of any type, and says of a bad one what is bad, because
// a refusal repeats that.
// Source: AMQP 0-9-1, 4.2.3; rabbit_reader.erl, handle_input; rabbit_command_assembler.erl,
// analyze_frame.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "castaway/amqp/method.h"

namespace castaway::sim::server {

struct RawFrame {
  std::uint8_t type = 0;
  std::uint16_t channel = 0;
  std::string_view payload = {};  ///< until more bytes are added
};

/// A frame after which no other can be found.
struct BadFrame {
  std::uint8_t type = 0;
  std::uint16_t channel = 0;
  std::uint32_t size = 0;                ///< of the payload
  std::optional<std::uint8_t> end = {};  ///< instead of the frame-end; none if it is too large
  std::string_view payload = {};         ///< empty if it is too large
};

class ByteInput final {
 public:
  void add(std::string_view bytes);
  /// So many bytes; nothing until there are as many.
  [[nodiscard]] std::optional<std::string_view> take(std::size_t size);
  /// The next frame; monostate until it is whole. `most`: bytes of a payload.
  [[nodiscard]] std::variant<std::monostate, RawFrame, BadFrame> next(std::uint64_t most);
  /// Forgets everything.
  void clear();

 private:
  std::string buffer_ = {};
  std::size_t begin_ = 0;
};

struct MethodFrame {
  amqp::MethodNumber number = {};
  std::string_view arguments = {};
  std::string_view payload = {};  ///< the whole
};
struct HeaderFrame {
  std::uint16_t class_id = 0;
  std::uint16_t weight = 0;
  std::uint64_t body_size = 0;
  std::string_view properties = {};  ///< from the flags on
  std::string_view payload = {};     ///< the whole
};
struct BodyFrame {
  std::string_view bytes = {};
};
struct HeartbeatFrame {};
/// Of no type that there is, or too short for its type.
struct UnknownFrame {};
using Frame = std::variant<UnknownFrame, MethodFrame, HeaderFrame, BodyFrame, HeartbeatFrame>;

[[nodiscard]] Frame analyzed(const RawFrame& frame);

/// A big-endian number.
[[nodiscard]] std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size);

}  // namespace castaway::sim::server
