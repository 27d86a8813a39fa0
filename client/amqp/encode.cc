// Methods and contents to bytes.

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"

#include "method_fields.h"
#include "property_fields.h"
#include "wire.h"

namespace castaway::amqp {
namespace {

constexpr char frame_end = '\xCE';

/// What no table may outgrow.
constexpr std::size_t longest_method = std::size_t{128} * 1024 - frame_overhead;

class Writer {
 public:
  explicit Writer(Pool& pool) : pool_(pool) {}

  template <class Number>
  requires std::is_integral_v<Number>
  void operator()(Number value, Number& raw) const { raw = value; }
  void operator()(bool value, amqp_boolean_t& raw) const { raw = value ? 1 : 0; }
  void operator()(const std::string& value, amqp_bytes_t& raw) const { raw = bytes_of(value); }
  void operator()(Timestamp value, std::uint64_t& raw) const { raw = value.seconds; }
  void operator()(const FieldTable& value, amqp_table_t& raw) const {
    raw = raw_table(value, pool_);
  }

 private:
  Pool& pool_;
};

/// Writes the properties that there are, and notes their flags.
class PropertyWriter {
 public:
  PropertyWriter(Pool& pool, amqp_flags_t& flags) : write_(pool), flags_(flags) {}

  template <class Value, class Raw>
  void operator()(amqp_flags_t flag, const std::optional<Value>& value, Raw& raw) const {
    if (!value) return;
    flags_ |= flag;
    write_(*value, raw);
  }

 private:
  const Writer write_;
  amqp_flags_t& flags_;
};

void append_number(std::string& out, std::uint64_t number, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(number >> shift & 0xFF));
}

/// Begins a frame with an empty payload.
std::size_t begin_frame(std::string& out, FrameType type, std::uint16_t channel) {
  out.push_back(static_cast<char>(type));
  append_number(out, channel, 2);
  append_number(out, 0, 4);
  return out.size();
}

/// Ends the frame whose payload begins there.
void end_frame(std::string& out, std::size_t payload) {
  const std::size_t size = out.size() - payload;
  for (std::size_t i = 0; i < 4; ++i)
    out[payload - 4 + i] = static_cast<char>(size >> (8 * (3 - i)) & 0xFF);
  out.push_back(frame_end);
}

/// Lets `encode` write behind `out`: into more and more room, for it does not say how much it
/// needs.
template <class Encode>
void append_encoded(std::string& out, std::size_t before, Encode encode) {
  const std::size_t start = out.size();
  for (const std::size_t room : {std::size_t{512}, std::size_t{8192}, longest_method}) {
    out.resize(start + room);
    const int size = encode(amqp_bytes_t{room, out.data() + start});
    if (size >= 0) {
      out.resize(start + static_cast<std::size_t>(size));
      return;
    }
  }
  out.resize(before);
  throw std::invalid_argument("a name longer than 255 bytes, or a table longer than a frame");
}

}  // namespace

void append_method(std::string& out, std::uint16_t channel, const Method& method) {
  std::visit(
      [&]<class Value>(const Value& value) {
        Pool pool;
        typename Wire<Value>::Raw raw = {};
        Writer writer(pool);
        fields(writer, value, raw);
        const std::size_t before = out.size();
        const std::size_t payload = begin_frame(out, FrameType::method, channel);
        append_number(out, Wire<Value>::number, 4);
        append_encoded(out, before, [&](amqp_bytes_t room) {
          return amqp_encode_method(Wire<Value>::number, &raw, room);
        });
        end_frame(out, payload);
      },
      method);
}

void append_content(std::string& out, std::uint16_t channel, const Message& message,
                    std::uint32_t frame_max) {
  Pool pool;
  amqp_basic_properties_t raw = {};
  const PropertyWriter writer(pool, raw._flags);
  property_fields(writer, message.properties, raw);

  const std::size_t before = out.size();
  const std::size_t longest_piece = std::max(frame_max, frame_min_size) - frame_overhead;
  out.reserve(before + 256 + message.body.size() +
              (message.body.size() / longest_piece + 1) * frame_overhead);
  const std::size_t payload = begin_frame(out, FrameType::header, channel);
  append_number(out, AMQP_BASIC_CLASS, 2);
  append_number(out, 0, 2);
  append_number(out, message.body.size(), 8);
  append_encoded(out, before, [&](amqp_bytes_t room) {
    return amqp_encode_properties(AMQP_BASIC_CLASS, &raw, room);
  });
  end_frame(out, payload);
  for (std::size_t at = 0; at < message.body.size(); at += longest_piece) {
    const std::size_t piece = begin_frame(out, FrameType::body, channel);
    out.append(message.body, at, longest_piece);
    end_frame(out, piece);
  }
}

void append_heartbeat(std::string& out) {
  end_frame(out, begin_frame(out, FrameType::heartbeat, 0));
}

std::string bare_table(const FieldTable& table) {
  Pool pool;
  amqp_table_t raw = raw_table(table, pool);
  std::string out;
  append_encoded(out, 0, [&](amqp_bytes_t room) {
    std::size_t offset = 0;
    const int status = amqp_encode_table(room, &raw, &offset);
    return status < 0 ? status : static_cast<int>(offset);
  });
  return out.substr(4);  // behind its length
}

}  // namespace castaway::amqp
