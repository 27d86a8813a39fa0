#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

#include "envelope_body.h"
#include "json/json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

using Shared = std::shared_ptr<const json>;

// ---- encoding ----------------------------------------------------------------------------------

constexpr std::string_view remote = "_Remote";

/// An error that was relayed keeps the name that it had where it was raised.
/// Source: oslo_messaging/_drivers/common.py, serialize_remote_exception.
std::string_view original(std::string_view name, const Failure& failure) {
  const bool relayed = failure.class_name.ends_with(remote) && failure.module.ends_with(remote);
  return relayed ? name.substr(0, name.size() - remote.size()) : name;
}

/// Appends `"key":value,`, with `none` where there is no value.
void append_value(std::string& out, std::string_view key, const Shared& value, const char* none) {
  out.append("\"").append(key).append("\":");
  if (value) {
    require_encodable(*value);
    append_json(out, *value);
  } else {
    out += none;
  }
  out += ',';
}

void append_traceback(std::string& out, const std::vector<std::string>& lines) {
  append_value(out, "tb", std::make_shared<const json>(lines), "[]");
}

std::string failure_text(const Failure& failure) {
  if (failure.args && !failure.args->is_array()) throw EncodeError("a failure's args are no array");
  if (failure.kwargs && !failure.kwargs->is_object()) {
    throw EncodeError("a failure's kwargs are no object");
  }
  std::string text = "{";
  append_text(text, "class", original(failure.class_name, failure));
  append_text(text, "module", original(failure.module, failure));
  append_text(text, "message", failure.message);
  append_traceback(text, failure.traceback);
  append_value(text, "args", failure.args, "[]");
  append_value(text, "kwargs", failure.kwargs, "{}");
  text.back() = '}';
  return text;
}

std::string inner_text(const Reply& reply) {
  std::string inner;
  inner.reserve(512);
  inner += '{';
  append_value(inner, "result", reply.result, "null");
  if (reply.failure) {
    append_text(inner, "failure", failure_text(*reply.failure));
  } else {
    inner += "\"failure\":null,";
  }
  inner += reply.ending ? "\"ending\":true," : "\"ending\":false,";
  append_text(inner, "_msg_id", reply.msg_id);
  append_text(inner, "_unique_id", reply.unique_id);
  inner.back() = '}';
  return inner;
}

// ---- decoding ----------------------------------------------------------------------------------

Shared take_value(json::object_t& object, const char* key) {
  json* value = find_value(object, key);
  return value == nullptr ? nullptr : std::make_shared<const json>(std::move(*value));
}

std::vector<std::string> take_traceback(json::object_t& object) {
  std::vector<std::string> lines;
  json* list = find_value(object, "tb");
  if (list == nullptr) return lines;
  if (!list->is_array()) throw DecodeError("a failure's \"tb\" is no array");
  for (json& line : list->get_ref<json::array_t&>()) {
    if (!line.is_string()) throw DecodeError("a failure's \"tb\" has a line that is not text");
    lines.push_back(std::move(line.get_ref<std::string&>()));
  }
  return lines;
}

Failure parse_failure(std::string_view text) {
  json value = parse_json(text, max_json_depth + 1);
  if (!value.is_object()) throw DecodeError("a failure that is no object");
  auto& object = value.get_ref<json::object_t&>();
  Failure failure = {.class_name = take_text(object, "class"),
                     .module = take_text(object, "module"),
                     .message = take_text(object, "message"),
                     .traceback = take_traceback(object),
                     .args = take_value(object, "args"),
                     .kwargs = take_value(object, "kwargs")};
  if (failure.args && !failure.args->is_array()) throw DecodeError("a failure's args are no array");
  if (failure.kwargs && !failure.kwargs->is_object()) {
    throw DecodeError("a failure's kwargs are no object");
  }
  return failure;
}

void take_answer(json::object_t& inner, Reply& reply) {
  reply.unique_id = take_text(inner, "_unique_id");
  if (const json* ending = find_value(inner, "ending")) {
    if (!ending->is_boolean()) throw DecodeError("\"ending\" is neither true nor false");
    reply.ending = ending->get<bool>();
  }
  reply.lacks_failure = inner.find("failure") == inner.end();
  const std::string failure = take_text(inner, "failure");
  if (failure.empty()) {
    reply.result = take_value(inner, "result");
  } else {
    reply.failure = parse_failure(failure);
  }
}

bool same(const Shared& a, const Shared& b) {
  static const json null;
  return (a ? *a : null) == (b ? *b : null);
}

}  // namespace

bool operator==(const Reply& a, const Reply& b) {
  return same(a.result, b.result) && a.failure == b.failure && a.ending == b.ending &&
         a.msg_id == b.msg_id && a.unique_id == b.unique_id;
}

Message encode(const Reply& reply) { return wrap(inner_text(reply)); }

MalformedReply::MalformedReply(const std::string& msg_id, const std::string& what)
    : DecodeError(what), msg_id_(std::make_shared<const std::string>(msg_id)) {}

Reply decode_reply(const Message& message) {
  json::object_t inner = unwrap(message);
  Reply reply = {.ending = false};
  reply.msg_id = take_text(inner, "_msg_id");
  try {
    take_answer(inner, reply);
  } catch (const DecodeError& error) {
    if (reply.msg_id.empty()) throw;
    throw MalformedReply(reply.msg_id, error.what());
  }
  return reply;
}

}  // namespace castaway
