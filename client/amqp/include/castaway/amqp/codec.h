#pragma once
// Codec: turns AMQP methods and message contents into bytes, and back. A transport uses it to talk
// to a broker without trusting what the broker sends.
//
// Any bytes are safe to read: reading never leaves the frame, refuses tables and lists nested more
// than eight deep, and throws DecodeError for what it cannot read. What it reads is read whole:
// values of every type, in their order, and a key twice if it came twice.

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/amqp/message.h"
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
/// Throws: std::invalid_argument if a name or a key is longer than 255 bytes, or a table is nested
/// more than eight deep or does not fit into a frame of 128 KiB; `out` is then unchanged.
void append_method(std::string& out, std::uint16_t channel, const Method& method);

/// Throws: as append_method().
void append_content(std::string& out, std::uint16_t channel, const Message& message,
                    std::uint32_t frame_max);

void append_heartbeat(std::string& out);

/// A table without its length in front: the form of an AMQPLAIN response.
/// Throws: std::invalid_argument.
[[nodiscard]] std::string bare_table(const FieldTable& table);

}  // namespace castaway::amqp
