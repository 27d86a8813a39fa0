#pragma once
// Codec: turns AMQP methods and message contents into bytes, and back. A transport uses it to talk
// to a broker without trusting what the broker sends.
//
// Any bytes are safe to read: reading never leaves the frame, limits how deep tables may nest, and
// throws DecodeError for what it cannot read. It drops table values that a Table cannot hold
// (nested tables, lists, floating point, times).

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"

namespace castaway::amqp {

/// Reads the payload of a method frame.
/// Throws: DecodeError.
[[nodiscard]] Method decode_method(std::string_view payload);

/// The length of the body that follows, in bytes, and the properties of the message.
struct ContentHeader {
  std::uint64_t body_size = 0;
  Properties properties = {};
  friend bool operator==(const ContentHeader&, const ContentHeader&) = default;
};

/// Reads the payload of a header frame of class basic.
/// Throws: DecodeError.
[[nodiscard]] ContentHeader decode_content_header(std::string_view payload);

/// Appends whole frames to `out`, as do the two functions below.
/// Throws: std::invalid_argument if a name is longer than 255 bytes, or a table does not fit into a
/// frame of 128 KiB; `out` is then unchanged.
void append_method(std::string& out, std::uint16_t channel, const Method& method);

/// Throws: as append_method().
void append_content(std::string& out, std::uint16_t channel, const Message& message,
                    std::uint32_t frame_max);

void append_heartbeat(std::string& out);

/// A table without its length in front: the form of an AMQPLAIN response.
/// Throws: std::invalid_argument.
[[nodiscard]] std::string bare_table(const Table& table);

}  // namespace castaway::amqp
