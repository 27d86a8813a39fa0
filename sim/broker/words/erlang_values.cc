#include "erlang_values.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "replies.h"

namespace castaway::sim::erlang {
namespace {

std::optional<std::int64_t> integer(const amqp::FieldValue& value) {
  if (const auto* time = value.get<amqp::Timestamp>())
    return static_cast<std::int64_t>(time->seconds);
  return value.integer();
}

std::optional<double> number(const amqp::FieldValue& value) {
  if (const auto whole = integer(value)) return static_cast<double>(*whole);
  if (const auto* single = value.get<float>()) return *single;
  if (const auto* real = value.get<double>()) return *real;
  return std::nullopt;
}

const std::string* bytes(const amqp::FieldValue& value) {
  if (const auto* binary = value.get<amqp::ByteArray>()) return &binary->bytes;
  return value.get<std::string>();
}

std::string binary(std::string_view bytes) {
  const auto is_plain = [](unsigned char c) { return c >= 0x20 && c < 0x7F; };
  if (bytes.empty()) return "<<>>";
  if (!std::all_of(bytes.begin(), bytes.end(), is_plain)) {
    std::vector<unsigned> all;
    for (const char c : bytes) all.push_back(static_cast<unsigned char>(c));
    return fmt::format("<<{}>>", fmt::join(all, ","));
  }
  std::string text = "<<\"";
  for (const char c : bytes) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\">>";
}

std::string real(double value) {
  std::string text = fmt::format("{}", value);
  const bool has_point = text.find('.') != std::string::npos;
  if (const std::size_t e = text.find('e'); e != std::string::npos) {
    if (!has_point) text.insert(e, ".0");
    return text;
  }
  return has_point ? text : text + ".0";
}

struct Term {
  std::string operator()(std::monostate) const { return "undefined"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& text) const { return binary(text); }
  std::string operator()(const amqp::ByteArray& value) const { return binary(value.bytes); }
  std::string operator()(const amqp::Timestamp& value) const {
    return fmt::to_string(value.seconds);
  }
  std::string operator()(const amqp::Decimal& value) const {
    return fmt::format("{{{},{}}}", value.scale, value.value);
  }
  std::string operator()(float value) const { return real(value); }
  std::string operator()(double value) const { return real(value); }
  std::string operator()(const amqp::FieldArray& list) const {
    std::vector<std::string> all;
    for (const amqp::FieldValue& each : list)
      all.push_back(fmt::format("{{{},{}}}", replies::type_of(each), term(each)));
    return fmt::format("[{}]", fmt::join(all, ","));
  }
  std::string operator()(const amqp::FieldTable& table) const {
    std::vector<std::string> all;
    for (const auto& [name, value] : table)
      all.push_back(
          fmt::format("{{{},{},{}}}", binary(name), replies::type_of(value), term(value)));
    return fmt::format("[{}]", fmt::join(all, ","));
  }
  template <class Number>
  requires std::is_integral_v<Number> std::string operator()(Number value) const {
    return std::to_string(value);
  }
};

}  // namespace

bool equal(const amqp::FieldValue& a, const amqp::FieldValue& b) {
  if (const auto whole = integer(a); whole.has_value() && integer(b).has_value())
    return whole == integer(b);
  if (const auto value = number(a); value.has_value()) return value == number(b);
  if (const std::string* const text = bytes(a); text != nullptr)
    return bytes(b) != nullptr && *text == *bytes(b);
  return a == b;
}

amqp::FieldTable sorted(const amqp::FieldTable& table) {
  // Those of one key stay in their order.
  std::multimap<std::string, amqp::FieldValue> entries;
  for (const amqp::FieldEntry& each : table) entries.emplace(each.key, each.value);
  amqp::FieldTable result;
  for (const auto& [key, value] : entries) result.append(key, value);
  return result;
}

std::string term(const amqp::FieldValue& value) { return std::visit(Term(), value.value); }

}  // namespace castaway::sim::erlang
