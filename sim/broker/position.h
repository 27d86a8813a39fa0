#pragma once
// Position: where a copy stands in its queue, for as long as it exists.
//
// Positions are dense: between any two there is room for another. So a message can overtake others,
// and one that comes back finds its old place although those around it have changed.

#include <cstdint>
#include <vector>

namespace castaway::sim {

struct Position {
  std::uint16_t level = 0;              ///< by priority; lower levels come first
  std::uint64_t slot = 0;               ///< the serial of whoever stands here in the plain order
  std::vector<std::int64_t> path = {};  ///< before (negative) or after that one; missing is 0
  std::uint64_t serial = 0;             ///< counts what came to the queue; decides between equals
};

[[nodiscard]] bool operator<(const Position& a, const Position& b);

/// The end of a level, for the copy that came as number `serial`.
[[nodiscard]] Position at_end(std::uint64_t serial, std::uint16_t level = 0);

/// Directly before `next`, and after `previous` if there is one.
/// Requires: *previous < next.
[[nodiscard]] Position between(const Position* previous, const Position& next,
                               std::uint64_t serial);

}  // namespace castaway::sim
