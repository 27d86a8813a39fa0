#pragma once
// Nearest: the known word that is most like an unknown one.

#include <span>
#include <string_view>

namespace castaway::check {

/// The one that takes the fewest characters put in, taken out or replaced; of equal ones the first.
/// Requires: there is a known one.
[[nodiscard]] std::string_view nearest(std::string_view text,
                                       std::span<const std::string_view> known);

}  // namespace castaway::check
