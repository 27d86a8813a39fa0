#include "castaway/envelope.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/utf8.h"
#include "castaway/version.h"

#include "envelope_body.h"
#include "json/json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

constexpr std::string_view envelope_version = "2.0";
constexpr const char* version_key = "oslo.version";
constexpr const char* message_key = "oslo.message";

// The inner object is one level around the deepest Object that can be sent.
json::object_t parse_object(std::string_view text) {
  json value = parse_json(text, max_json_depth + 1);
  if (!value.is_object()) {
    throw DecodeError(std::string("expected a JSON object, got ") + value.type_name());
  }
  return std::move(value.get_ref<json::object_t&>());
}

void require_our_version(const json& version) {
  bool ours = false;
  if (version.is_string()) {
    try {
      ours = version_is_compatible(envelope_version, version.get_ref<const std::string&>());
    } catch (const std::invalid_argument&) {
      // Text that is no version is not ours either.
    }
  }
  if (!ours) throw DecodeError("an envelope of a version other than 2.0");
}

/// Whether `text` is `name`, which is in lower case, in any mixture of cases.
bool matches(std::string_view text, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != name[i]) return false;
  }
  return true;
}

void require_json(const Properties& properties) {
  if (properties.content_type != "application/json") {
    throw DecodeError("content type \"" + properties.content_type + "\" is not application/json");
  }
  const std::string& encoding = properties.content_encoding;
  if (!encoding.empty() && !matches(encoding, "utf-8") && !matches(encoding, "binary")) {
    throw DecodeError("content encoding \"" + encoding + "\" is not utf-8");
  }
}

bool is_compressed(const Table& headers) {
  const auto header = headers.find("compression");
  if (header == headers.end()) return false;
  const auto* name = std::get_if<std::string>(&header->second);
  if (name != nullptr && *name == "application/x-gzip") return true;
  throw DecodeError("an unknown compression");
}

}  // namespace

Message wrap(std::string_view inner) {
  Message message = {.properties = {.content_type = "application/json",
                                    .content_encoding = "utf-8",
                                    .delivery_mode = 2,
                                    .priority = 0}};
  std::string& body = message.body;
  body.reserve(inner.size() + inner.size() / 4 + 64);
  body = R"({"oslo.version":"2.0","oslo.message":)";
  append_json_string(body, inner);
  body += '}';
  if (body.size() > max_body_size) {
    throw EncodeError("a message of more than " + std::to_string(max_body_size) + " bytes");
  }
  return message;
}

json::object_t unwrap(const Message& message) {
  require_json(message.properties);
  if (message.body.size() > max_body_size) {
    throw DecodeError("a body of more than " + std::to_string(max_body_size) + " bytes");
  }
  json::object_t outer = is_compressed(message.properties.headers)
                             ? parse_object(inflate(message.body, max_body_size))
                             : parse_object(message.body);
  const auto version = outer.find(version_key);
  const auto inner = outer.find(message_key);
  if (version == outer.end() || inner == outer.end()) return outer;  // sent without an envelope
  require_our_version(version->second);
  if (!inner->second.is_string()) throw DecodeError("\"oslo.message\" is not text");
  return parse_object(inner->second.get_ref<const std::string&>());
}

void append_text(std::string& inner, std::string_view key, std::string_view text) {
  if (!is_utf8(text)) throw EncodeError('"' + std::string(key) + "\" is not UTF-8");
  inner.append("\"").append(key).append("\":");
  append_json_string(inner, text);
  inner += ',';
}

json* find_value(json::object_t& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->second.is_null() ? nullptr : &found->second;
}

std::string take_text(json::object_t& object, const char* key) {
  json* value = find_value(object, key);
  if (value == nullptr) return {};
  if (!value->is_string()) throw DecodeError('"' + std::string(key) + "\" is not text");
  return std::move(value->get_ref<std::string&>());
}

// Source: RFC 4122, 4.4: the version is in the 13th digit, the variant in the 17th.
std::string make_id(std::uint64_t high, std::uint64_t low) {
  high = (high & ~std::uint64_t{0xf000}) | 0x4000;
  low = (low & ~(std::uint64_t{3} << 62)) | std::uint64_t{2} << 62;
  std::string id(32, '0');
  for (std::size_t i = 0; i < 16; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    id[15 - i] = digits[high >> (4 * i) & 15];
    id[31 - i] = digits[low >> (4 * i) & 15];
  }
  return id;
}

}  // namespace castaway
