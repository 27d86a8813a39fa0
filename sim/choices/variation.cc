#include <array>
#include <string>

#include "castaway/sim/strategies.h"

namespace castaway::sim {
namespace {

constexpr std::array<Ratio, 3> rates = {{{1, 64}, {1, 8}, {1, 2}}};

}  // namespace

Variation::Variation(const std::vector<Deviation>& plan, std::uint64_t seed)
    : seed_(seed),
      changed_(rates[keyed_hash(seed, "variation") % rates.size()]),
      plan_(plan),
      random_(seed) {}

std::uint64_t Variation::answer(const Question& question) {
  const std::uint64_t hash = keyed_hash(seed_, "variation/" + std::string(question.name));
  return hash % changed_.den < changed_.num ? random_.answer(question) : plan_.answer(question);
}

}  // namespace castaway::sim
