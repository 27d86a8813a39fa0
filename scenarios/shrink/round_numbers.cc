#include "round_numbers.h"

#include <algorithm>
#include <array>

namespace castaway::scenario {
namespace {

/// 1 to 5 * 10^18, which is the largest below 2^63.
std::vector<std::uint64_t> all_round_numbers() {
  constexpr std::array<std::uint64_t, 3> firsts = {1, 2, 5};
  std::vector<std::uint64_t> all;
  std::uint64_t power = 1;
  for (int zeros = 0; zeros <= 18; ++zeros, power *= 10) {
    for (const std::uint64_t first : firsts) all.push_back(first * power);
  }
  return all;
}

const std::vector<std::uint64_t>& known() {
  static const std::vector<std::uint64_t> all = all_round_numbers();
  return all;
}

}  // namespace

std::uint64_t next_round_number(std::uint64_t number) {
  const auto above = std::ranges::upper_bound(known(), number);
  return above == known().end() ? known().back() : *above;
}

std::vector<std::uint64_t> round_numbers(std::uint64_t least, std::uint64_t end) {
  const auto first = std::ranges::lower_bound(known(), least);
  return {first, std::max(first, std::ranges::lower_bound(known(), end))};
}

}  // namespace castaway::scenario
