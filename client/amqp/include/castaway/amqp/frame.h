#pragma once
// FrameReader: cuts the bytes that a peer sends into frames, however the socket splits them.
//
//     const auto space = reader.space();            // read from the socket to there
//     reader.commit(received);
//     while (const auto frame = reader.next()) ...  // its payload lives until the next space()
//
// It buffers one frame and whatever was read after it, and refuses a frame that is too long as soon
// as it has read the head. Source: AMQP 0-9-1, 4.2.3.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::amqp {

enum class FrameType : std::uint8_t { method = 1, header = 2, body = 3, heartbeat = 8 };

struct Frame {
  FrameType type = FrameType::method;
  std::uint16_t channel = 0;
  std::string_view payload = {};
};

/// Seven bytes precede a payload, and one follows it.
inline constexpr std::size_t frame_head = 7;
inline constexpr std::size_t frame_overhead = 8;
/// Every peer accepts frames of this size, in bytes. Source: AMQP 0-9-1, 1.2.
inline constexpr std::uint32_t frame_min_size = 4096;

/// The first bytes that a client sends.
inline constexpr std::string_view protocol_header{"AMQP\0\0\x9\1", 8};

class FrameReader final {
 public:
  /// `frame_max`: the longest frame, in bytes, that is accepted.
  explicit FrameReader(std::uint32_t frame_max) : frame_max_(frame_max) {}

  /// Sets the limit that was agreed with the peer, in bytes.
  void limit(std::uint32_t frame_max) { frame_max_ = frame_max; }

  /// Where to put received bytes: room for at least 4 KiB. Invalidates earlier payloads.
  [[nodiscard]] std::span<char> space();
  /// Tells the reader that `size` bytes were put there.
  void commit(std::size_t size) { end_ += size; }

  /// The next whole frame, if there is one.
  /// Throws: DecodeError if the bytes are not a frame, or the frame is too long; the stream is then
  /// unusable.
  [[nodiscard]] std::optional<Frame> next();

 private:
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// Throws: DecodeError if the peer sent a protocol header, as only a client does.
  void refuse_protocol_header() const;

  std::uint32_t frame_max_;
  std::vector<char> buffer_ = {};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_ = 0;  ///< length of the frame that has begun
};

}  // namespace castaway::amqp
