#pragma once
// FrameFilter: one direction of a connection, which can lose acknowledgements and nothing else: the
// broker's confirms or a consumer's acks, since both are basic.ack.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/amqp/frame.h"

namespace castaway::rabbit {

/// Which acknowledgements go on, in one direction of all lines. Any thread may ask.
class AckGate final {
 public:
  /// The next so many are lost.
  void lose(int count) { to_lose_ = count; }
  [[nodiscard]] int lost() const { return lost_; }
  [[nodiscard]] int carried() const { return carried_; }

  /// Whether this one goes on. For one thread.
  bool admit() {
    const bool goes_on = to_lose_ == 0;
    if (!goes_on) --to_lose_;
    ++(goes_on ? carried_ : lost_);
    return goes_on;
  }

 private:
  std::atomic<int> to_lose_{0}, lost_{0}, carried_{0};
};

class FrameFilter final {
 public:
  /// So many bytes come before the first frame: a client's protocol header.
  FrameFilter(std::size_t preamble, AckGate& gate) : preamble_(preamble), gate_(gate) {}

  /// What goes on of what came, which is whole frames.
  /// Throws: DecodeError for bytes that are no AMQP.
  std::string pass(std::string_view bytes) {
    std::string out;
    const std::size_t before = std::min(preamble_, bytes.size());
    out.append(bytes.substr(0, before));
    preamble_ -= before;
    bytes.remove_prefix(before);
    while (!bytes.empty()) {
      const auto space = reader_.space();
      const std::string_view part = bytes.substr(0, space.size());
      part.copy(space.data(), part.size());
      reader_.commit(part.size());
      bytes.remove_prefix(part.size());
      while (const auto frame = reader_.next()) {
        if (!is_ack(*frame) || gate_.admit()) append(out, *frame);
      }
    }
    return out;
  }

 private:
  static bool is_ack(const amqp::Frame& frame) {
    constexpr std::string_view basic_ack("\0\x3C\0\x50", 4);  // class 60, method 80
    return frame.type == amqp::FrameType::method && frame.payload.starts_with(basic_ack);
  }
  static void append(std::string& out, const amqp::Frame& frame) {
    const auto byte = [&out](std::size_t value) { out.push_back(static_cast<char>(value & 0xFF)); };
    const std::size_t size = frame.payload.size();
    byte(static_cast<std::size_t>(frame.type));
    for (const int shift : {8, 0}) byte(std::size_t{frame.channel} >> shift);
    for (const int shift : {24, 16, 8, 0}) byte(size >> shift);
    out.append(frame.payload);
    byte(0xCE);
  }

  static constexpr std::uint32_t longest_frame = 1 << 20;

  std::size_t preamble_;
  AckGate& gate_;
  amqp::FrameReader reader_{longest_frame};
};

}  // namespace castaway::rabbit
