#pragma once
// JSON text: parses JSON for envelopes, more strictly than nlohmann_json and more than twice as
// fast.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace castaway {

/// As parse_json, with another limit.
/// Throws: DecodeError, with the offset.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, int max_depth);

/// Appends the shortest JSON text of `value`, in UTF-8.
/// Requires: require_encodable(value) throws nothing.
void append_json(std::string& out, const nlohmann::json& value);

/// Appends `text` as a JSON string, quotes included.
/// Requires: valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace castaway
