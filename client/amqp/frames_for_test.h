#pragma once
// Frames for tests: cuts bytes into frames that own their payloads, and makes payloads by hand.

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/amqp/frame.h"

namespace castaway::amqp {

struct OwnedFrame {
  FrameType type = FrameType::method;
  std::uint16_t channel = 0;
  std::string payload = {};
};

/// Gives `bytes` to a reader, so many at a time, and takes what frames there are.
inline std::vector<OwnedFrame> frames_of(std::string_view bytes, std::size_t step = 1 << 20,
                                         std::uint32_t frame_max = 131072) {
  FrameReader reader(frame_max);
  std::vector<OwnedFrame> frames;
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t size = std::min({step, space.size(), bytes.size()});
    std::memcpy(space.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
    while (const auto frame = reader.next())
      frames.push_back({frame->type, frame->channel, std::string(frame->payload)});
  }
  return frames;
}

/// A length of four bytes.
inline std::string length(std::size_t size) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(size >> shift & 0xFF));
  return bytes;
}

/// The payload of a queue.declare whose arguments are these bytes.
inline std::string declare_with(std::string_view table) {
  return std::string("\0\x32\0\x0A\0\0\1q\0", 9) + length(table.size()) + std::string(table);
}

}  // namespace castaway::amqp
