#include "castaway/target.h"

#include <string_view>

namespace castaway {

std::string to_string(const Target& target) {
  std::string text;
  const auto field = [&text](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!text.empty()) text += ' ';
    text.append(name).append("=").append(value);
  };
  field("exchange", target.exchange);
  field("topic", target.topic);
  field("namespace", target.namespace_);
  field("version", target.version);
  field("server", target.server);
  field("fanout", target.fanout ? "true" : "");
  return text;
}

}  // namespace castaway
