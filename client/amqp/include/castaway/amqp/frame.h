#pragma once
// FrameReader: cuts the bytes that a peer sends into frames.
//
//     const auto space = reader.space();            // read from the socket to there
//     reader.commit(received);
//     while (const auto frame = reader.next()) ...  // its payload lives until the next space()
//
// It keeps one frame's bytes and what was read beyond them, and refuses a longer frame as soon as
// it has seen the head. Source: AMQP 0-9-1, 4.2.3.

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

/// Seven bytes before a payload, and one behind it.
inline constexpr std::size_t frame_head = 7;
inline constexpr std::size_t frame_overhead = 8;
/// What every peer takes. Source: AMQP 0-9-1, 1.2.
inline constexpr std::uint32_t frame_min_size = 4096;

/// What a client says first.
inline constexpr std::string_view protocol_header{"AMQP\0\0\x9\1", 8};

class FrameReader final {
 public:
  /// `frame_max`: the longest frame, in bytes, that is taken.
  explicit FrameReader(std::uint32_t frame_max) : frame_max_(frame_max) {}

  /// As agreed with the peer.
  void limit(std::uint32_t frame_max) { frame_max_ = frame_max; }

  /// Where to put what was received: at least 4 KiB. Invalidates payloads.
  [[nodiscard]] std::span<char> space();
  /// So many bytes were put there.
  void commit(std::size_t size) { end_ += size; }

  /// The next whole frame, if there is one.
  /// Throws: DecodeError for what is no frame, or too long a one; then the stream is of no use.
  [[nodiscard]] std::optional<Frame> next();

 private:
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// Throws: DecodeError if what a client says first is what came.
  void refuse_protocol_header() const;

  std::uint32_t frame_max_;
  std::vector<char> buffer_ = {};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_ = 0;  ///< how long the frame is that has begun
};

}  // namespace castaway::amqp
