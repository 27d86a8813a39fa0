#include "contents.h"

#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "castaway/amqp/codec.h"
#include "castaway/error.h"

#include "method_shapes.h"
#include "refusals.h"

namespace castaway::sim::server {
namespace {

using Number = std::pair<std::uint16_t, std::uint16_t>;

template <class... Values>
std::set<Number> numbers_of(std::type_identity<std::variant<Values...>> /*list*/) {
  const auto number = [](const amqp::Method& method) {
    const auto [class_id, method_id] = amqp::number_of(method);
    return Number(class_id, method_id);
  };
  return {number(Values())...};
}

/// Whether amqp::Method has a value for it.
bool is_known(amqp::MethodNumber number) {
  static const std::set<Number> known = numbers_of(std::type_identity<amqp::Method::variant>());
  return known.contains({number.class_id, number.method_id});
}

}  // namespace

Command decoded(const MethodFrame& frame) {
  const MethodShape* const shape = shape_of(frame.number);
  if (shape == nullptr) throw Crash();
  if (!fits(shape->arguments, frame.arguments)) throw cannot_decode(frame);
  Command command{.number = frame.number};
  if (!is_known(frame.number)) {
    command.arguments = frame.arguments;
    return command;
  }
  try {
    command.method = amqp::decode_method(frame.payload);
  } catch (const DecodeError&) {
    throw Crash();
  }
  return command;
}

std::optional<Command> Contents::take(const Frame& frame) {
  switch (expects_) {
    case Expects::method:
      if (const auto* method = std::get_if<MethodFrame>(&frame)) return begin(*method);
      throw unexpected_in_content("expected method frame, got non method frame instead");
    case Expects::header:
      // As in RabbitMQ, which takes one of another weight for something else.
      if (const auto* header = std::get_if<HeaderFrame>(&frame); header && header->weight == 0)
        return take_header(*header);
      throw unexpected_in_content(
          fmt::format("expected content header for class {}, got non content header frame instead",
                      command_.number.class_id),
          command_.number);
    case Expects::body:
      if (const auto* body = std::get_if<BodyFrame>(&frame)) return take_body(body->bytes);
      throw unexpected_in_content("expected content body, got non content body frame instead",
                                  command_.number);
  }
  return std::nullopt;
}

std::optional<Command> Contents::begin(const MethodFrame& frame) {
  Command command = decoded(frame);
  if (!has_content(frame.number)) return command;
  command_ = std::move(command);
  expects_ = Expects::header;
  return std::nullopt;
}

std::optional<Command> Contents::take_header(const HeaderFrame& frame) {
  if (frame.class_id != command_.number.class_id) {
    throw unexpected_in_content(
        fmt::format("expected content header for class {}, got one for class {} instead",
                    command_.number.class_id, frame.class_id),
        command_.number);
  }
  try {
    if (!fits_properties(frame.properties)) throw DecodeError("of another length");
    command_.content.properties = amqp::decode_content_header(frame.payload).properties;
  } catch (const DecodeError&) {
    command_.content_is_broken = true;
  }
  command_.body_size = missing_ = frame.body_size;
  overrun_ = false;
  expects_ = Expects::body;
  if (missing_ > 0) return std::nullopt;
  return take_body({});
}

std::optional<Command> Contents::take_body(std::string_view bytes) {
  overrun_ = overrun_ || bytes.size() > missing_;
  if (overrun_) return std::nullopt;
  missing_ -= bytes.size();
  if (command_.body_size <= longest_body_) command_.content.body += bytes;
  if (missing_ > 0) return std::nullopt;
  expects_ = Expects::method;
  return std::exchange(command_, {});
}

}  // namespace castaway::sim::server
