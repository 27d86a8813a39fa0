#pragma once
// Nearest: finds the known name closest to a misspelt one.

#include <string>
#include <string_view>
#include <vector>

namespace castaway {

/// Of `known`, the name that takes the fewest characters to insert, delete, replace or swap; of
/// equal ones the first. A third of the characters may be wrong. If there is none, the name with a
/// beginning in which at most a quarter is wrong: people cut long names short. Else empty.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace castaway
