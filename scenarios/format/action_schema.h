#pragma once
// ActionSchema: the schema of what a rule does, made from what the actions say of themselves.

#include <cstddef>
#include <string>

namespace castaway::scenario {

/// The definition "action", laid out as the schema's file is, in lines that begin `indent` columns
/// further right.
[[nodiscard]] std::string action_schema(std::size_t indent);

}  // namespace castaway::scenario
