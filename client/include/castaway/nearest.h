#pragma once
// Nearest: the known name that somebody meant who wrote another one.

#include <string>
#include <string_view>
#include <vector>

namespace castaway {

/// Of `known`, the name that takes the fewest characters to insert, delete, replace or swap; of
/// equal ones the first. A third of the characters may be wrong. If no name is that near, the first
/// one with a beginning that is: long names are cut short. Empty if there is none either.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace castaway
