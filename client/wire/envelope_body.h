#pragma once
// What a request and a reply have in common: the envelope around the inner object, and how to read
// and write that object's keys.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "castaway/transport.h"

namespace castaway {

/// The message that carries `inner`, the JSON text of an object.
/// Throws: EncodeError beyond max_body_size.
[[nodiscard]] Message wrap(std::string_view inner);

/// The inner object of a message.
/// Throws: DecodeError.
[[nodiscard]] nlohmann::json::object_t unwrap(const Message& message);

/// Inflates what Python's zlib.compress (kombu's "application/x-gzip") or gzip has deflated.
/// Throws: DecodeError for other bytes, and for more than `limit` bytes of result.
[[nodiscard]] std::string inflate(std::string_view bytes, std::size_t limit);

/// Appends `"key":"text",`. The key is one that needs no escapes.
/// Throws: EncodeError for text that is not UTF-8.
void append_text(std::string& inner, std::string_view key, std::string_view text);

/// The value at `key`, unless it is missing or null.
[[nodiscard]] nlohmann::json* find_value(nlohmann::json::object_t& object, const char* key);

/// The text at `key`, taken out of the object; empty if it is missing or null.
/// Throws: DecodeError for another type.
[[nodiscard]] std::string take_text(nlohmann::json::object_t& object, const char* key);

}  // namespace castaway
