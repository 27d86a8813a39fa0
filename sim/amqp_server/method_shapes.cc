#include "method_shapes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "frames.h"

namespace castaway::sim::server {
namespace {

/// By number. Bits share a byte, whose length is all that is asked here.
constexpr auto methods = std::to_array<MethodShape>({
    {{10, 10}, "connection.start", "11SSS"},
    {{10, 11}, "connection.start-ok", "SsSs"},
    {{10, 20}, "connection.secure", "S"},
    {{10, 21}, "connection.secure-ok", "S"},
    {{10, 30}, "connection.tune", "242"},
    {{10, 31}, "connection.tune-ok", "242"},
    {{10, 40}, "connection.open", "ss1"},
    {{10, 41}, "connection.open-ok", "s"},
    {{10, 50}, "connection.close", "2s22"},
    {{10, 51}, "connection.close-ok", ""},
    {{10, 60}, "connection.blocked", "s"},
    {{10, 61}, "connection.unblocked", ""},
    {{10, 70}, "connection.update-secret", "Ss"},
    {{10, 71}, "connection.update-secret-ok", ""},
    {{20, 10}, "channel.open", "s"},
    {{20, 11}, "channel.open-ok", "S"},
    {{20, 20}, "channel.flow", "1"},
    {{20, 21}, "channel.flow-ok", "1"},
    {{20, 40}, "channel.close", "2s22"},
    {{20, 41}, "channel.close-ok", ""},
    {{30, 10}, "access.request", "s1"},
    {{30, 11}, "access.request-ok", "2"},
    {{40, 10}, "exchange.declare", "2ss1S"},
    {{40, 11}, "exchange.declare-ok", ""},
    {{40, 20}, "exchange.delete", "2s1"},
    {{40, 21}, "exchange.delete-ok", ""},
    {{40, 30}, "exchange.bind", "2sss1S"},
    {{40, 31}, "exchange.bind-ok", ""},
    {{40, 40}, "exchange.unbind", "2sss1S"},
    {{40, 51}, "exchange.unbind-ok", ""},
    {{50, 10}, "queue.declare", "2s1S"},
    {{50, 11}, "queue.declare-ok", "s44"},
    {{50, 20}, "queue.bind", "2sss1S"},
    {{50, 21}, "queue.bind-ok", ""},
    {{50, 30}, "queue.purge", "2s1"},
    {{50, 31}, "queue.purge-ok", "4"},
    {{50, 40}, "queue.delete", "2s1"},
    {{50, 41}, "queue.delete-ok", "4"},
    {{50, 50}, "queue.unbind", "2sssS"},
    {{50, 51}, "queue.unbind-ok", ""},
    {{60, 10}, "basic.qos", "421"},
    {{60, 11}, "basic.qos-ok", ""},
    {{60, 20}, "basic.consume", "2ss1S"},
    {{60, 21}, "basic.consume-ok", "s"},
    {{60, 30}, "basic.cancel", "s1"},
    {{60, 31}, "basic.cancel-ok", "s"},
    {{60, 40}, "basic.publish", "2ss1"},
    {{60, 50}, "basic.return", "2sss"},
    {{60, 60}, "basic.deliver", "s81ss"},
    {{60, 70}, "basic.get", "2s1"},
    {{60, 71}, "basic.get-ok", "81ss4"},
    {{60, 72}, "basic.get-empty", "s"},
    {{60, 80}, "basic.ack", "81"},
    {{60, 90}, "basic.reject", "81"},
    {{60, 100}, "basic.recover-async", "1"},
    {{60, 110}, "basic.recover", "1"},
    {{60, 111}, "basic.recover-ok", ""},
    {{60, 120}, "basic.nack", "81"},
    {{85, 10}, "confirm.select", "1"},
    {{85, 11}, "confirm.select-ok", ""},
    {{90, 10}, "tx.select", ""},
    {{90, 11}, "tx.select-ok", ""},
    {{90, 20}, "tx.commit", ""},
    {{90, 21}, "tx.commit-ok", ""},
    {{90, 30}, "tx.rollback", ""},
    {{90, 31}, "tx.rollback-ok", ""},
});

/// The properties of class basic, by their flags from the highest on.
constexpr std::string_view properties = "ssS11ssss8ssss";

/// One argument; false if the bytes end before it does.
bool skip(char argument, std::string_view& bytes) {
  const bool is_string = argument == 's' || argument == 'S';
  const std::size_t head = argument == 's' ? 1 : argument == 'S' ? 4 : argument - '0';
  if (bytes.size() < head) return false;
  const std::size_t size = head + (is_string ? number_at(bytes, 0, head) : 0);
  if (bytes.size() < size) return false;
  bytes.remove_prefix(size);
  return true;
}

constexpr std::uint32_t order_of(amqp::MethodNumber number) {
  return std::uint32_t{number.class_id} << 16 | number.method_id;
}

constexpr bool is_before(const MethodShape& a, const MethodShape& b) {
  return order_of(a.number) < order_of(b.number);
}

static_assert(std::is_sorted(methods.begin(), methods.end(), is_before));

}  // namespace

const MethodShape* shape_of(amqp::MethodNumber number) {
  const auto* const found =
      std::lower_bound(methods.begin(), methods.end(), MethodShape{.number = number}, is_before);
  return found == methods.end() || found->number != number ? nullptr : found;
}

bool fits(std::string_view arguments, std::string_view bytes) {
  for (const char argument : arguments) {
    if (!skip(argument, bytes)) return false;
  }
  return bytes.empty();
}

bool fits_properties(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const std::uint64_t flags = number_at(bytes, 0, 2);
  // The two lowest say that there are more flags, of which there is none.
  if ((flags & 3) != 0) return false;
  std::string announced;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if ((flags >> (15 - i) & 1) != 0) announced += properties[i];
  }
  return fits(announced, bytes.substr(2));
}

bool has_content(amqp::MethodNumber number) {
  if (number.class_id != 60) return false;
  return number.method_id == 40 || number.method_id == 50 || number.method_id == 60 ||
         number.method_id == 71;
}

bool is_request(amqp::MethodNumber number) {
  const auto& [class_id, method_id] = number;
  if (class_id == 10 || has_content(number)) return class_id == 60 && method_id == 40;
  // The numbers of answers end in 1 or 2.
  return method_id % 10 == 0;
}

}  // namespace castaway::sim::server
