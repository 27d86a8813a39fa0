// Headers exchanges: which headers a binding asks for, and how.

#include <string_view>
#include <type_traits>
#include <variant>

#include <fmt/format.h>

#include "exchange.h"
#include "words/erlang_values.h"

namespace castaway::sim {
namespace {

constexpr std::string_view x_match = "x-match";

struct Mode {
  bool all = true;
  bool with_x = false;  ///< arguments count, too, whose names begin with x-
};

std::optional<Mode> mode_of(std::string_view word) {
  if (word == "all") return Mode{.all = true};
  if (word == "any") return Mode{.all = false};
  if (word == "all-with-x") return Mode{.all = true, .with_x = true};
  if (word == "any-with-x") return Mode{.all = false, .with_x = true};
  return std::nullopt;
}

Mode mode_of(const amqp::FieldTable& arguments) {
  const amqp::FieldValue* const value = arguments.find(x_match);
  return value == nullptr ? Mode() : mode_of(*value->get<std::string>()).value_or(Mode());
}

}  // namespace

bool headers_match(const amqp::FieldTable& arguments, const amqp::FieldTable* headers) {
  const Mode mode = mode_of(arguments);
  bool all = true;
  bool any = false;
  for (const auto& [name, wanted] : arguments) {
    if (name == x_match || (!mode.with_x && name.starts_with("x-"))) continue;
    const amqp::FieldValue* const header = headers == nullptr ? nullptr : headers->find(name);
    // One without a value asks only whether the header is there.
    const bool asks_for_presence = wanted.get<std::monostate>() != nullptr;
    const bool matches = header != nullptr && (asks_for_presence || erlang::equal(wanted, *header));
    all = all && matches;
    any = any || matches;
  }
  return mode.all ? all : any;
}

std::optional<Refusal> bad_headers_binding(const amqp::FieldTable& arguments) {
  const amqp::FieldValue* const value = arguments.find(x_match);
  if (value == nullptr) return std::nullopt;
  const std::string* const word = value->get<std::string>();
  if (word == nullptr) {
    return replies::precondition_failed(
        fmt::format("Invalid x-match field type {} (value {}); expected longstr",
                    replies::type_of(*value), erlang::term(*value)));
  }
  if (mode_of(*word).has_value()) return std::nullopt;
  return replies::precondition_failed(
      fmt::format("Invalid x-match field value {}; expected all, any, all-with-x, or any-with-x",
                  erlang::term(*value)));
}

}  // namespace castaway::sim
