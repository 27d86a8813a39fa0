#pragma once
// Frames for tests: cuts bytes into frames that own their payloads.

#include <cstring>
#include <string>
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

}  // namespace castaway::amqp
