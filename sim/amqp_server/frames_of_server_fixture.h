#pragma once
// What a server sent, as lines to compare: "1 basic.ack 1", "0 heartbeat", "1 body hello".

#include <cstring>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"

namespace castaway::sim {

struct ServerFrame {
  amqp::FrameType type = amqp::FrameType::method;
  std::uint16_t channel = 0;
  std::string payload = {};
  friend bool operator==(const ServerFrame&, const ServerFrame&) = default;
};

/// Throws: DecodeError if the bytes are no frames.
inline std::vector<ServerFrame> frames_of_server(std::string_view bytes,
                                                 std::uint32_t frame_max = 1 << 20) {
  amqp::FrameReader reader(frame_max);
  std::vector<ServerFrame> frames;
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t size = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
    while (const auto frame = reader.next())
      frames.push_back({frame->type, frame->channel, std::string(frame->payload)});
  }
  return frames;
}

inline std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<std::uint8_t>(c));
  return hex;
}

/// What RabbitMQ would have sent: without the key by which we say that we are none, if the first
/// frame is a connection.start.
inline std::string without_our_key(std::string_view bytes) {
  const std::vector<ServerFrame> frames = frames_of_server(bytes);
  if (frames.empty() || frames.front().type != amqp::FrameType::method) return std::string(bytes);
  amqp::Method method = amqp::decode_method(frames.front().payload);
  auto* const start = std::get_if<amqp::ConnectionStart>(&method);
  if (start == nullptr) return std::string(bytes);
  amqp::FieldTable properties;
  for (const amqp::FieldEntry& entry : start->server_properties) {
    if (entry.key != "simulator") properties.append(entry.key, entry.value);
  }
  start->server_properties = properties;
  std::string again;
  amqp::append_method(again, 0, method);
  return again + std::string(bytes.substr(frames.front().payload.size() + amqp::frame_overhead));
}

/// The arguments of a method that tests look at.
struct ArgumentsOf {
  std::string operator()(const amqp::ConnectionClose& m) const {
    return fmt::format(" {} {} ({}.{})", m.reply_code, m.reply_text, m.class_id, m.method_id);
  }
  std::string operator()(const amqp::ChannelClose& m) const {
    return fmt::format(" {} {} ({}.{})", m.reply_code, m.reply_text, m.class_id, m.method_id);
  }
  std::string operator()(const amqp::ConnectionTune& m) const {
    return fmt::format(" {} {} {}", m.channel_max, m.frame_max, m.heartbeat);
  }
  std::string operator()(const amqp::ConnectionBlocked& m) const { return " " + m.reason; }
  std::string operator()(const amqp::QueueDeclareOk& m) const {
    return fmt::format(" {} {} {}", m.queue, m.message_count, m.consumer_count);
  }
  std::string operator()(const amqp::BasicConsumeOk& m) const { return " " + m.consumer_tag; }
  std::string operator()(const amqp::BasicCancel& m) const {
    return fmt::format(" {}{}", m.consumer_tag, m.no_wait ? " no-wait" : "");
  }
  std::string operator()(const amqp::BasicAck& m) const {
    return fmt::format(" {}{}", m.delivery_tag, m.multiple ? " multiple" : "");
  }
  std::string operator()(const amqp::BasicReturn& m) const {
    return fmt::format(" {} {} {} {}", m.reply_code, m.reply_text, m.exchange, m.routing_key);
  }
  std::string operator()(const amqp::BasicDeliver& m) const {
    return fmt::format(" {} {} {} {}", m.consumer_tag, m.delivery_tag, m.exchange, m.routing_key);
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

inline std::string line_of(const ServerFrame& frame) {
  const std::string start = std::to_string(frame.channel) + " ";
  switch (frame.type) {
    case amqp::FrameType::heartbeat:
      return start + "heartbeat";
    case amqp::FrameType::header:
      return start + fmt::format("header {}", amqp::decode_content_header(frame.payload).body_size);
    case amqp::FrameType::body:
      if (frame.payload.size() > 40)
        return start + fmt::format("body of {} bytes", frame.payload.size());
      return start + "body " + frame.payload;
    case amqp::FrameType::method:
      break;
  }
  try {
    const amqp::Method method = amqp::decode_method(frame.payload);
    return start + amqp::name_of(method) + std::visit(ArgumentsOf(), method);
  } catch (const std::exception&) {
    return start + fmt::format("method {}.{}", frame.payload[1], frame.payload[3]);
  }
}

inline std::vector<std::string> lines_of_server(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const ServerFrame& frame : frames_of_server(bytes)) lines.push_back(line_of(frame));
  return lines;
}

}  // namespace castaway::sim
