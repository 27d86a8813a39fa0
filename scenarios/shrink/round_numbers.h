#pragma once
// Round numbers: 1, 2 or 5 with zeros behind them, which is what people write.

#include <cstdint>
#include <vector>

namespace castaway::scenario {

/// The smallest round number above `number`; the largest of all if there is none above.
[[nodiscard]] std::uint64_t next_round_number(std::uint64_t number);

/// All round numbers from `least` to below `end`, in order.
[[nodiscard]] std::vector<std::uint64_t> round_numbers(std::uint64_t least, std::uint64_t end);

}  // namespace castaway::scenario
