#pragma once
// RollingDice: any number of numbers from one seed, for tests.

#include <cstdint>

#include "castaway/sim/decisions.h"

namespace castaway::scenario {

/// Answers from a hash of a seed and a count.
class RollingDice {
 public:
  explicit RollingDice(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }
  bool maybe() { return below(2) == 0; }
  std::uint64_t positive() { return 1 + (maybe() ? below(5) : below(std::uint64_t{1} << 53)); }
  std::uint64_t bits() { return sim::keyed_hash(seed_, std::to_string(++count_)); }
  std::size_t count() { return below(4); }

  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(choices.size()));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

}  // namespace castaway::scenario
