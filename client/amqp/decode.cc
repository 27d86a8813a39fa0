// Bytes to methods and contents.

#include <optional>
#include <type_traits>
#include <utility>

#include "castaway/amqp/codec.h"
#include "castaway/error.h"

#include "method_fields.h"
#include "property_fields.h"
#include "table_guard.h"
#include "wire.h"

namespace castaway::amqp {
namespace {

struct Reader {
  template <class Number>
  requires std::is_integral_v<Number>
  void operator()(Number& value, Number raw) const { value = raw; }
  void operator()(bool& value, amqp_boolean_t raw) const { value = raw != 0; }
  void operator()(std::string& value, amqp_bytes_t raw) const { value = view_of(raw); }
  void operator()(Timestamp& value, std::uint64_t raw) const { value.seconds = raw; }
  void operator()(FieldTable& value, const amqp_table_t& raw) const { value = read_table(raw); }
};

/// Reads the properties that there are.
struct PropertyReader {
  amqp_flags_t flags = 0;

  template <class Value, class Raw>
  void operator()(amqp_flags_t flag, std::optional<Value>& value, const Raw& raw) const {
    if ((flags & flag) != 0) Reader()(value.emplace(), raw);
  }
};

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(at, size)) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

std::string class_and_method(std::uint32_t number) {
  return std::to_string(number >> 16) + "." + std::to_string(number & 0xFFFF);
}

/// True if it is this method; `method` then holds it.
template <class Value>
bool read_as(std::uint32_t number, std::string_view arguments, Method& method) {
  if (number != Wire<Value>::number) return false;
  Pool pool;
  void* decoded = nullptr;
  if (amqp_decode_method(number, pool.get(), bytes_of(arguments), &decoded) < 0)
    throw DecodeError("method " + class_and_method(number) + " cannot be read");
  Value& value = method.emplace<Value>();
  Reader reader;
  fields(reader, value, *static_cast<typename Wire<Value>::Raw*>(decoded));
  return true;
}

template <class... Values>
bool read_one_of(std::type_identity<std::variant<Values...>>, std::uint32_t number,
                 std::string_view arguments, Method& method) {
  return (read_as<Values>(number, arguments, method) || ...);
}

}  // namespace

Method decode_method(std::string_view payload) {
  if (payload.size() < 4)
    throw DecodeError("a method frame of " + std::to_string(payload.size()) + " bytes");
  const auto number = static_cast<std::uint32_t>(number_at(payload, 0, 4));
  const std::string_view arguments = payload.substr(4);
  guard_method(number, arguments);
  Method method;
  if (!read_one_of(std::type_identity<Method::variant>(), number, arguments, method))
    throw DecodeError("method " + class_and_method(number) + " is none that we know");
  return method;
}

ContentHeader decode_content_header(std::string_view payload) {
  constexpr std::size_t before_properties = 12;  // class, weight, body size
  if (payload.size() < before_properties) throw DecodeError("a content header ends too early");
  if (number_at(payload, 0, 2) != AMQP_BASIC_CLASS)
    throw DecodeError("a content of class " + std::to_string(number_at(payload, 0, 2)));
  const std::string_view encoded = payload.substr(before_properties);
  guard_properties(encoded);
  Pool pool;
  void* decoded = nullptr;
  if (amqp_decode_properties(AMQP_BASIC_CLASS, pool.get(), bytes_of(encoded), &decoded) < 0)
    throw DecodeError("the properties of a content cannot be read");
  const auto& raw = *static_cast<const amqp_basic_properties_t*>(decoded);
  ContentHeader header = {.body_size = number_at(payload, 4, 8)};
  const PropertyReader reader{raw._flags};
  property_fields(reader, header.properties, raw);
  return header;
}

}  // namespace castaway::amqp
