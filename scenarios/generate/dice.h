#pragma once
// Dice: named draws of one seed. A draw depends only on the seed and its name, so adding or
// removing one changes no other.

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

#include "castaway/sim/decisions.h"

namespace castaway::scenario {

class Dice {
 public:
  explicit Dice(std::uint64_t seed, std::string stem = "generate")
      : seed_(seed), stem_(std::move(stem)) {}

  /// The dice of a part, whose draws have names of their own.
  [[nodiscard]] Dice of(std::string_view part) const {
    return Dice(seed_, stem_ + "/" + std::string(part));
  }
  [[nodiscard]] Dice of(std::string_view part, std::uint64_t number) const {
    return of(std::string(part) + "/" + std::to_string(number));
  }

  /// 0 to bound - 1.
  [[nodiscard]] std::uint64_t below(std::string_view name, std::uint64_t bound) const {
    return sim::keyed_hash(seed_, stem_ + "/" + std::string(name)) % bound;
  }
  [[nodiscard]] bool happens(std::string_view name, sim::Ratio chance) const {
    return below(name, chance.den) < chance.num;
  }
  template <class T>
  [[nodiscard]] T pick(std::string_view name, std::initializer_list<T> values) const {
    return values.begin()[below(name, values.size())];
  }
  /// Requires: `values` is not empty.
  template <class Values>
  [[nodiscard]] const auto& one_of(std::string_view name, const Values& values) const {
    return *std::next(std::begin(values),
                      static_cast<std::ptrdiff_t>(below(name, std::size(values))));
  }

 private:
  std::uint64_t seed_;
  std::string stem_;
};

}  // namespace castaway::scenario
