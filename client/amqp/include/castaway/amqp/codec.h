#pragma once
// The codec: methods and contents as bytes, and back.
//
// Bytes from outside may be anything: what is read is bounded by the frame it came in, tables may
// be nested only so deep, and what cannot be read is a DecodeError. Values of a table that a Table
// cannot hold (nested tables, lists, floating point, times) are left out of it.

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/amqp/method.h"

namespace castaway::amqp {

/// The payload of a method frame.
/// Throws: DecodeError.
[[nodiscard]] Method decode_method(std::string_view payload);

/// How long a body follows, and the properties of the message.
struct ContentHeader {
  std::uint64_t body_size = 0;
  Properties properties = {};
  friend bool operator==(const ContentHeader&, const ContentHeader&) = default;
};

/// The payload of a header frame of class basic.
/// Throws: DecodeError.
[[nodiscard]] ContentHeader decode_content_header(std::string_view payload);

/// Each appends whole frames to `out`.
/// Throws: std::invalid_argument for a name longer than 255 bytes, and for a table that does not
/// fit into a frame of 128 KiB; `out` is as before.
void append_method(std::string& out, std::uint16_t channel, const Method& method);

/// Throws: as append_method().
void append_content(std::string& out, std::uint16_t channel, const Message& message,
                    std::uint32_t frame_max);

void append_heartbeat(std::string& out);

/// A table without its length, as AMQPLAIN wants its response.
/// Throws: std::invalid_argument.
[[nodiscard]] std::string bare_table(const Table& table);

}  // namespace castaway::amqp
