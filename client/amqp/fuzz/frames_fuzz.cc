// Any bytes at all, as what a peer sends: they are refused, or read; and what was read is written
// and read as the same again, of the same bytes.
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target frames_fuzz
//     build/fuzz/client/amqp/frames_fuzz -max_total_time=60 client/amqp/fuzz/frames
//
// The first byte says how many bytes arrive at a time. Every frame may be at most 4 KiB long.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/error.h"

namespace castaway::amqp {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// The payload of the first frame.
std::string payload_of(const std::string& bytes) {
  FrameReader reader(1 << 20);
  const auto space = reader.space();
  require(space.size() >= bytes.size());
  std::memcpy(space.data(), bytes.data(), bytes.size());
  reader.commit(bytes.size());
  const auto frame = reader.next();
  require(frame.has_value());
  return std::string(frame->payload);
}

std::string written(const Method& method) {
  std::string bytes;
  append_method(bytes, 1, method);
  return bytes;
}

std::string written(const Properties& properties) {
  std::string bytes;
  append_content(bytes, 1, {.properties = properties}, frame_min_size);
  return bytes;
}

/// A floating point value that is no number is not even the same as itself: only its bytes are.
template <class Value, class Read>
void require_same_again(const Value& value, Read read) {
  const std::string bytes = written(value);
  const Value again = read(payload_of(bytes));
  require(written(again) == bytes);
  const Value& itself = value;
  require(again == value || !(itself == value));
}

void take(const Frame& frame) {
  try {
    if (frame.type == FrameType::method) {
      require_same_again(decode_method(frame.payload), decode_method);
    } else if (frame.type == FrameType::header) {
      const auto read = [](std::string_view payload) {
        return decode_content_header(payload).properties;
      };
      require_same_again(read(frame.payload), read);
    }
  } catch (const DecodeError&) {
    // Refused, as it may be.
  }
}

void receive(std::string_view bytes, std::size_t step) {
  FrameReader reader(frame_min_size);
  try {
    while (!bytes.empty()) {
      const auto space = reader.space();
      require(space.size() >= frame_min_size && space.size() <= 1 << 20);
      const std::size_t size = std::min({step, space.size(), bytes.size()});
      std::memcpy(space.data(), bytes.data(), size);
      reader.commit(size);
      bytes.remove_prefix(size);
      while (const auto frame = reader.next()) take(*frame);
    }
  } catch (const DecodeError&) {
    // Refused, as it may be.
  }
}

}  // namespace
}  // namespace castaway::amqp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  castaway::amqp::receive(bytes, std::size_t{data[0]} + 1);
  return 0;
}
