#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

#include "envelope_body.h"
#include "json/json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

constexpr std::string_view context_prefix = "_context_";

// ---- encoding ----------------------------------------------------------------------------------

/// `duration` as a number of seconds, exactly.
std::string seconds(Duration duration) {
  const bool negative = duration < Duration::zero();
  // The nanoseconds of the most negative duration have no positive counterpart.
  const auto count = negative ? -static_cast<std::uint64_t>(duration.count())
                              : static_cast<std::uint64_t>(duration.count());
  std::string text = (negative ? "-" : "") + std::to_string(count / 1'000'000'000);
  std::string fraction = std::to_string(count % 1'000'000'000);
  if (fraction == "0") return text;
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text + '.' + fraction;
}

std::string whole_milliseconds(Duration duration) {
  const Duration length = std::max(duration, Duration::zero());
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(length).count());
}

void append_context(std::string& inner, const Object& context) {
  std::string name;
  for (const auto& [key, value] : context.json().get_ref<const json::object_t&>()) {
    name.assign(context_prefix).append(key);
    append_json_string(inner, name);
    inner += ':';
    append_json(inner, value);
    inner += ',';
  }
}

/// In the order of keys that oslo.messaging sends.
std::string inner_text(const Request& request) {
  std::string inner;
  inner.reserve(1024);
  inner += '{';
  append_text(inner, "method", request.method);
  inner += "\"args\":";
  append_json(inner, request.args.json());
  inner += ',';
  if (!request.namespace_.empty()) append_text(inner, "namespace", request.namespace_);
  if (!request.version.empty()) append_text(inner, "version", request.version);
  if (!request.msg_id.empty()) {
    append_text(inner, "_msg_id", request.msg_id);
    append_text(inner, "_reply_q", request.reply_q);
    const auto& timeout = request.call_monitor_timeout;
    inner.append("\"_timeout\":").append(timeout ? seconds(*timeout) : "null").append(",");
  }
  if (!request.unique_id.empty()) append_text(inner, "_unique_id", request.unique_id);
  append_context(inner, request.context);
  inner.back() = '}';
  return inner;
}

// ---- decoding ----------------------------------------------------------------------------------

/// The context's entries, taken out of `inner`.
Object take_context(json::object_t& inner) {
  json::object_t context;
  auto entry = inner.lower_bound(std::string(context_prefix));
  while (entry != inner.end() && entry->first.starts_with(context_prefix)) {
    auto node = inner.extract(entry++);
    node.key().erase(0, context_prefix.size());
    context.insert(context.end(), std::move(node));
  }
  try {
    return Object(json(std::move(context)));
  } catch (const EncodeError& error) {  // one level too deep
    throw DecodeError(std::string("a context that cannot be passed on: ") + error.what());
  }
}

constexpr std::int64_t most_seconds = Duration::max().count() / 1'000'000'000;

/// The fraction is converted by itself: multiplied as a whole, a large number would lose
/// nanoseconds.
Duration duration_of(double seconds) {
  const double whole = std::trunc(seconds);
  return std::chrono::seconds(static_cast<std::int64_t>(whole)) +
         Duration(static_cast<std::int64_t>(std::round((seconds - whole) * 1e9)));
}

Duration duration_of(const json& seconds) {
  constexpr auto furthest = static_cast<double>(most_seconds);
  if (seconds.is_number_float()) {
    const auto count = seconds.get<double>();
    if (count > -furthest && count < furthest) return duration_of(count);
  } else if (seconds.is_number_unsigned()) {
    const auto count = seconds.get<std::uint64_t>();
    if (count <= std::uint64_t{most_seconds}) return std::chrono::seconds(count);
  } else if (seconds.is_number()) {
    const auto count = seconds.get<std::int64_t>();
    if (count >= -most_seconds && count <= most_seconds) return std::chrono::seconds(count);
  }
  throw DecodeError("\"_timeout\" is no number of seconds");
}

/// Ids have 32 digits. A server sends one back, and remembers the other for an hour, so there is an
/// end.
constexpr std::size_t longest_id = 1024;

std::string take_id(json::object_t& inner, const char* key) {
  std::string id = take_text(inner, key);
  if (id.size() > longest_id)
    throw DecodeError('"' + std::string(key) + "\" has " + std::to_string(id.size()) + " bytes");
  return id;
}

/// The keys that a server can complain about to the caller.
void take_subject(json::object_t& inner, Request& request) {
  request.namespace_ = take_text(inner, "namespace");
  request.version = take_text(inner, "version");
  const json* timeout = request.msg_id.empty() ? nullptr : find_value(inner, "_timeout");
  if (timeout != nullptr) {
    request.call_monitor_timeout = duration_of(*timeout);
  }
  request.method = take_text(inner, "method");
  if (request.method.empty()) throw DecodeError("no \"method\"");
}

void take_args(json::object_t& inner, Request& request) {
  const auto args = inner.find("args");
  if (args == inner.end()) return;
  if (!args->second.is_object()) throw DecodeError("\"args\" is no object");
  request.args = Object(std::move(args->second));
}

[[noreturn]] void refuse(const Request& request, const char* python_type, const DecodeError& why) {
  throw MalformedRequest(request,
                         {.class_name = python_type, .module = "builtins", .message = why.what()});
}

}  // namespace

MalformedRequest::MalformedRequest(const Request& request, const Failure& failure)
    : DecodeError(failure.message),
      request_(std::make_shared<const Request>(request)),
      failure_(std::make_shared<const Failure>(failure)) {}

Message encode(const Request& request, std::optional<Duration> expiration) {
  Message message = wrap(inner_text(request));
  if (expiration) message.properties.expiration = whole_milliseconds(*expiration);
  return message;
}

Request decode_request(const Message& message) {
  json::object_t inner = unwrap(message);
  Request request;
  request.msg_id = take_id(inner, "_msg_id");
  if (!request.msg_id.empty()) request.reply_q = take_text(inner, "_reply_q");
  request.unique_id = take_id(inner, "_unique_id");
  request.context = take_context(inner);
  try {
    take_subject(inner, request);
  } catch (const DecodeError& error) {
    refuse(request, "TypeError", error);
  }
  try {
    take_args(inner, request);
  } catch (const DecodeError& error) {
    refuse(request, "AttributeError", error);
  }
  return request;
}

}  // namespace castaway
