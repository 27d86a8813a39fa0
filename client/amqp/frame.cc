#include "castaway/amqp/frame.h"

#include <algorithm>
#include <cstring>

#include "castaway/error.h"

namespace castaway::amqp {
namespace {

constexpr std::size_t smallest_space = frame_min_size;
constexpr std::size_t usual_space = std::size_t{64} * 1024;
constexpr char frame_end = '\xCE';

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(at, size)) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

FrameType type_of(char byte) {
  switch (byte) {
    case 1:
    case 2:
    case 3:
    case 8:
      return FrameType(byte);
    default:
      throw DecodeError("no AMQP frame begins with byte " +
                        std::to_string(static_cast<std::uint8_t>(byte)));
  }
}

}  // namespace

std::span<char> FrameReader::space() {
  const std::size_t unread = end_ - begin_;
  const std::size_t needed = std::max(unread + smallest_space, wanted_);
  if (begin_ > 0 && buffer_.size() - begin_ < std::max(needed, usual_space)) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, unread);
    begin_ = 0;
    end_ = unread;
  }
  if (buffer_.size() - begin_ < needed) buffer_.resize(begin_ + std::max(needed, usual_space));
  return std::span(buffer_).subspan(end_);
}

std::optional<Frame> FrameReader::next() {
  const std::string_view bytes = unread();
  wanted_ = 0;
  if (bytes.empty()) return std::nullopt;
  if (bytes.front() == 'A') {
    if (bytes.size() < protocol_header.size()) return std::nullopt;
    refuse_protocol_header();
  }
  const FrameType type = type_of(bytes.front());
  if (bytes.size() < frame_head) return std::nullopt;
  const std::size_t size = number_at(bytes, 3, 4);
  if (size + frame_overhead > frame_max_) {
    throw DecodeError("a frame of " + std::to_string(size + frame_overhead) +
                      " bytes, and at most " + std::to_string(frame_max_) + " were agreed on");
  }
  wanted_ = size + frame_overhead;
  if (bytes.size() < wanted_) return std::nullopt;
  if (bytes[wanted_ - 1] != frame_end) throw DecodeError("a frame does not end where it should");
  begin_ += wanted_;
  wanted_ = 0;
  return Frame{.type = type,
               .channel = static_cast<std::uint16_t>(number_at(bytes, 1, 2)),
               .payload = bytes.substr(frame_head, size)};
}

void FrameReader::refuse_protocol_header() const {
  const std::string_view bytes = unread();
  if (!bytes.starts_with("AMQP")) throw DecodeError("no AMQP frame begins with byte 65");
  std::string version;
  for (const char c : bytes.substr(4, 4))
    version += (version.empty() ? "" : "-") + std::to_string(static_cast<std::uint8_t>(c));
  throw DecodeError("the peer speaks another protocol: AMQP " + version);
}

}  // namespace castaway::amqp
