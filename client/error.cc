#include "castaway/error.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace castaway {
namespace {

/// What Python prints, except that the traceback comes as its lines and not as a list of them.
std::string describe(const Failure& failure) {
  std::string text = "Remote error: " + failure.class_name + ' ' + failure.message;
  for (const std::string& line : failure.traceback) {
    if (text.back() != '\n') text += '\n';
    text += line;
  }
  while (text.back() == '\n') text.pop_back();
  return text;
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

RemoteError::RemoteError(Failure failure)
    : MessagingException(describe(failure), Effect::dispatched), failure_(std::move(failure)) {}

}  // namespace castaway
