// Any bytes at all, as the body of a message: they are refused, or read and written to mean the
// same again.
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target envelope_fuzz
//     build/fuzz/client/wire/envelope_fuzz -max_len=4096 -max_total_time=60
//
// The first byte chooses how the rest is sent: as it is, as an inner object in an envelope, or
// compressed.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

namespace castaway {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Message message_of(std::string bytes) {
  Message message;
  message.properties.content_type = "application/json";
  const char how = bytes.empty() ? '\0' : bytes.front();
  message.body = bytes.empty() ? "" : bytes.substr(1);
  if (how == 'e') {
    const nlohmann::json outer = {{"oslo.version", "2.0"}, {"oslo.message", message.body}};
    message.body = outer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } else if (how == 'z') {
    message.properties.headers["compression"] = "application/x-gzip";
  }
  return message;
}

/// Ours may only be stricter than nlohmann_json, never more lenient, and must read the same.
void compare_with_nlohmann(const std::string& text) {
  try {
    const nlohmann::json ours = parse_json(text);
    require(ours == nlohmann::json::parse(text));
  } catch (const DecodeError&) {
    // Refused, as it may be.
  }
}

void read(const Message& message) {
  try {
    const Request request = decode_request(message);
    require(decode_request(encode(request, std::nullopt)) == request);
  } catch (const DecodeError&) {
    // Refused, as it may be.
  }
  try {
    const Reply reply = decode_reply(message);
    require(decode_reply(encode(reply)) == reply);
  } catch (const DecodeError&) {
    // Refused, as it may be.
  }
}

}  // namespace
}  // namespace castaway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  castaway::compare_with_nlohmann(bytes);
  castaway::read(castaway::message_of(bytes));
  return 0;
}
