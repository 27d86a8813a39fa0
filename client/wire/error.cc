#include "castaway/error.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace castaway {
namespace {

/// As Python's repr() writes text, but for characters beyond ASCII: those all stay as they are.
std::string repr(const std::string& text) {
  const bool single = text.find('\'') == std::string::npos || text.find('"') != std::string::npos;
  const char quote = single ? '\'' : '"';
  std::string out(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr const char* digits = "0123456789abcdef";
    if (c == quote || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out.append(1, '\\').append(1, c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    } else {
      out += c;
    }
  }
  return out + quote;
}

/// To the letter what Python prints, the traceback as the list that it is.
std::string describe(const Failure& failure) {
  std::string lines;
  for (const std::string& line : failure.traceback)
    lines.append(lines.empty() ? "" : ", ").append(repr(line));
  return "Remote error: " + failure.class_name + ' ' + failure.message + "\n[" + lines + "].";
}

using Json = std::shared_ptr<const nlohmann::json>;

bool same(const Json& a, const Json& b, const nlohmann::json& none) {
  return (a ? *a : none) == (b ? *b : none);
}

}  // namespace

const char* to_string(Effect effect) {
  switch (effect) {
    case Effect::none:
      return "none";
    case Effect::dispatched:
      return "dispatched";
    case Effect::unknown:
      return "unknown";
  }
  return "unknown";
}

bool operator==(const Failure& a, const Failure& b) {
  return a.class_name == b.class_name && a.module == b.module && a.message == b.message &&
         a.traceback == b.traceback && same(a.args, b.args, nlohmann::json::array()) &&
         same(a.kwargs, b.kwargs, nlohmann::json::object());
}

RemoteError::RemoteError(const Failure& failure)
    : MessagingException(describe(failure), Effect::dispatched), Remote(failure, "RemoteError") {}

const Failure* remote_failure(const std::exception& error) {
  const auto* remote = dynamic_cast<const Remote*>(&error);
  return remote == nullptr ? nullptr : &remote->failure();
}

}  // namespace castaway
