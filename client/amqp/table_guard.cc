#include "table_guard.h"

#include <cstddef>

#include "castaway/error.h"

namespace castaway::amqp {
namespace {

/// Bytes of which some are yet to be looked at.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] bool at_end() const { return left_.empty(); }
  std::string_view take(std::size_t size) {
    if (size > left_.size()) throw DecodeError("a method or its table ends too early");
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::size_t number(std::size_t size) {
    std::size_t number = 0;
    for (const char c : take(size)) number = number << 8 | static_cast<std::uint8_t>(c);
    return number;
  }
  std::string_view short_string() { return take(number(1)); }
  std::string_view long_string() { return take(number(4)); }

 private:
  std::string_view left_;
};

void guard_value(Cursor& cursor, int depth);

void guard_table(std::string_view bytes, int depth) {
  if (depth > deepest_table) throw DecodeError("a table is nested too deep");
  for (Cursor cursor(bytes); !cursor.at_end();) {
    cursor.short_string();
    guard_value(cursor, depth);
  }
}

void guard_list(std::string_view bytes, int depth) {
  if (depth > deepest_table) throw DecodeError("a list is nested too deep");
  for (Cursor cursor(bytes); !cursor.at_end();) guard_value(cursor, depth);
}

/// Source: https://www.rabbitmq.com/amqp-0-9-1-errata.html, section 3: the letters that are in use.
void guard_value(Cursor& cursor, int depth) {
  const char kind = cursor.take(1).front();
  switch (kind) {
    case 't':
    case 'b':
    case 'B':
      cursor.take(1);
      return;
    case 's':
    case 'u':
      cursor.take(2);
      return;
    case 'I':
    case 'i':
    case 'f':
      cursor.take(4);
      return;
    case 'l':
    case 'L':
    case 'd':
    case 'T':
      cursor.take(8);
      return;
    case 'D':
      cursor.take(5);
      return;
    case 'S':
    case 'x':
      cursor.long_string();
      return;
    case 'V':
      return;
    case 'F':
      return guard_table(cursor.long_string(), depth + 1);
    case 'A':
      return guard_list(cursor.long_string(), depth + 1);
    default:
      throw DecodeError("a table holds a value of unknown type " +
                        std::to_string(static_cast<std::uint8_t>(kind)));
  }
}

/// What comes before a method's table: o an octet, h a short number, s a short string; null if it
/// has none.
const char* before_table(std::uint32_t number) {
  switch (number) {
    case 0x000A000A:  // connection.start
      return "oo";
    case 0x000A000B:  // connection.start-ok
      return "";
    case 0x0028000A:  // exchange.declare
      return "hsso";
    case 0x0028001E:  // exchange.bind
    case 0x00280028:  // exchange.unbind
      return "hssso";
    case 0x0032000A:  // queue.declare
      return "hso";
    case 0x00320014:  // queue.bind
      return "hssso";
    case 0x00320032:  // queue.unbind
      return "hsss";
    case 0x003C0014:  // basic.consume
      return "hsso";
    default:
      return nullptr;
  }
}

}  // namespace

void guard_method(std::uint32_t number, std::string_view arguments) {
  const char* layout = before_table(number);
  if (layout == nullptr) return;
  Cursor cursor(arguments);
  for (; *layout != '\0'; ++layout) {
    if (*layout == 's') {
      cursor.short_string();
    } else {
      cursor.take(*layout == 'h' ? 2 : 1);
    }
  }
  guard_table(cursor.long_string(), 1);
}

void guard_properties(std::string_view properties) {
  Cursor cursor(properties);
  const std::size_t flags = cursor.number(2);
  if ((flags & 1) != 0) throw DecodeError("a content has more properties than class basic knows");
  // rabbitmq-c itself looks where the frame ends when it reads short strings and numbers: only the
  // headers need a guard, and they are third.
  constexpr std::size_t content_type = 1 << 15, content_encoding = 1 << 14, headers = 1 << 13;
  if ((flags & content_type) != 0) cursor.short_string();
  if ((flags & content_encoding) != 0) cursor.short_string();
  if ((flags & headers) != 0) guard_table(cursor.long_string(), 1);
}

}  // namespace castaway::amqp
