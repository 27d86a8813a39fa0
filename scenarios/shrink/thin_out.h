#pragma once
// Thin out: takes away as many of some things as possible, large parts first.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "castaway/scenario/scenario.h"

#include "trials.h"

namespace castaway::scenario {

/// Which of some things are gone.
using Gone = std::vector<bool>;

/// How large a part is tried first.
enum class Parts : std::uint8_t { halves, singles };

/// Tries without all of `count` things, then without each half, and so on down to each alone. A
/// part that can go is not looked into, so it takes about twice the things that stay, times the
/// logarithm of the others. From the back: what comes late depends on what comes early.
void thin_out(Trials& trials, std::size_t count, Parts parts,
              const std::function<Scenario(const Gone& gone)>& without, Trials::Terms terms = {});

/// `things` without those that are gone.
template <class T>
[[nodiscard]] std::vector<T> left_of(const std::vector<T>& things, const Gone& gone) {
  std::vector<T> left;
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (!gone[i]) left.push_back(things[i]);
  }
  return left;
}

}  // namespace castaway::scenario
