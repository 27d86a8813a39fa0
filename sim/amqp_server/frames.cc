#include "frames.h"

#include "castaway/amqp/frame.h"

namespace castaway::sim::server {
namespace {

constexpr std::uint8_t frame_end = 0xCE;

}  // namespace

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(at, size)) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

void ByteInput::add(std::string_view bytes) {
  if (begin_ > buffer_.size() / 2) buffer_.erase(0, std::exchange(begin_, 0));
  buffer_ += bytes;
}

std::optional<std::string_view> ByteInput::take(std::size_t size) {
  if (buffer_.size() - begin_ < size) return std::nullopt;
  const std::string_view taken = std::string_view(buffer_).substr(begin_, size);
  begin_ += size;
  return taken;
}

std::variant<std::monostate, RawFrame, BadFrame> ByteInput::next(std::uint64_t most) {
  const std::string_view bytes = std::string_view(buffer_).substr(begin_);
  if (bytes.size() < amqp::frame_head) return std::monostate();
  const auto type = static_cast<std::uint8_t>(bytes.front());
  const auto channel = static_cast<std::uint16_t>(number_at(bytes, 1, 2));
  const auto size = static_cast<std::uint32_t>(number_at(bytes, 3, 4));
  if (size > most) return BadFrame{.type = type, .channel = channel, .size = size};
  if (bytes.size() < size + amqp::frame_overhead) return std::monostate();
  begin_ += size + amqp::frame_overhead;
  const std::string_view payload = bytes.substr(amqp::frame_head, size);
  const auto end = static_cast<std::uint8_t>(bytes[amqp::frame_head + size]);
  if (end != frame_end) return BadFrame{type, channel, size, end, payload};
  return RawFrame{type, channel, payload};
}

void ByteInput::clear() {
  buffer_ = {};
  begin_ = 0;
}

Frame analyzed(const RawFrame& frame) {
  constexpr std::size_t method_head = 4;
  constexpr std::size_t header_head = 12;
  const std::string_view payload = frame.payload;
  const auto short_at = [&](std::size_t at) {
    return static_cast<std::uint16_t>(number_at(payload, at, 2));
  };
  switch (static_cast<amqp::FrameType>(frame.type)) {
    case amqp::FrameType::method:
      if (payload.size() < method_head) return UnknownFrame();
      return MethodFrame{{short_at(0), short_at(2)}, payload.substr(method_head), payload};
    case amqp::FrameType::header:
      if (payload.size() < header_head) return UnknownFrame();
      return HeaderFrame{.class_id = short_at(0),
                         .weight = short_at(2),
                         .body_size = number_at(payload, 4, 8),
                         .properties = payload.substr(header_head),
                         .payload = payload};
    case amqp::FrameType::body:
      return BodyFrame{payload};
    case amqp::FrameType::heartbeat:
      if (payload.empty()) return HeartbeatFrame();
      break;
  }
  return UnknownFrame();
}

}  // namespace castaway::sim::server
