#pragma once
// What the tests of envelopes have in common: a typical call, and bodies written by hand.

#include <string>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

namespace castaway {

inline const std::string call_id = "6d14c5b835174fee93d70cd629fbe95c";
inline const std::string own_id = "f6ef38183f414bbebd0f86bc81542391";

inline Request a_call() {
  return {.method = "echo",
          .args = {{"n", 1}, {"list", {true, nullptr, "y"}}},
          .namespace_ = "baseapi",
          .version = "1.3",
          .context = {{"user", "admin"}, {"roles", {"member"}}},
          .msg_id = call_id,
          .reply_q = "reply_1",
          .call_monitor_timeout = 2s,
          .unique_id = own_id};
}

inline nlohmann::json inner_of(const Message& message) {
  const nlohmann::json outer = parse_json(message.body);
  return parse_json(outer.at("oslo.message").get_ref<const std::string&>());
}

/// A message with the properties that ours have, and this body.
inline Message message_of(std::string body) {
  return {.properties = {.content_type = "application/json", .content_encoding = "utf-8"},
          .body = std::move(body)};
}

/// The same with this inner object in an envelope.
inline Message enveloped(const std::string& inner, const std::string& version = "2.0") {
  const nlohmann::json outer = {{"oslo.version", version}, {"oslo.message", inner}};
  return message_of(outer.dump());
}

/// Why it is no request; "none" if it is one.
inline std::string refusal_of(const Message& message) {
  try {
    std::ignore = decode_request(message);
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace castaway
