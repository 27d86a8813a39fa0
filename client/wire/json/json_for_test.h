#pragma once
// What the tests of JSON text have in common.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/object.h"

#include "json_text.h"

namespace castaway {

inline std::string written(const nlohmann::json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

/// Why it is no JSON; what it was read as if it is some.
inline std::string refusal_of(std::string_view text) {
  try {
    return "read as " + parse_json(text).dump();
  } catch (const DecodeError& error) {
    return error.what();
  }
}

}  // namespace castaway
