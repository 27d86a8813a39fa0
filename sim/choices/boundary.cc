#include <algorithm>
#include <array>
#include <string>

#include "castaway/sim/strategies.h"

namespace castaway::sim {
namespace {

constexpr std::array<Ratio, 3> rates = {{{1, 32}, {1, 8}, {1, 2}}};

}  // namespace

Boundary::Boundary(std::uint64_t seed)
    : seed_(seed), often_(rates[keyed_hash(seed, "boundary") % rates.size()]), random_(seed) {}

std::uint64_t Boundary::answer(const Question& question) {
  if (question.candidates.empty()) return random_.answer(question);
  const std::uint64_t hash = keyed_hash(seed_, "boundary/" + std::string(question.name));
  if (hash % often_.den >= often_.num) return random_.answer(question);
  const std::uint64_t which = scaled(hash, question.candidates.size());
  return std::min(question.candidates[which], question.bound - 1);
}

}  // namespace castaway::sim
