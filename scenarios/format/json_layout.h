#pragma once
// JsonLayout: JSON as people lay it out: what fits stands on one line, and the rest is taken apart.

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace castaway::scenario {

/// {"a": 1, "b": [2, 3]}
[[nodiscard]] std::string on_one_line(const nlohmann::ordered_json& value);

/// Two spaces a level, and lines of at most 100 characters where texts allow. The members of the
/// outermost object each begin a line. Ends with a line break.
[[nodiscard]] std::string lay_out(const nlohmann::ordered_json& object);

}  // namespace castaway::scenario
