#include <algorithm>
#include <string>

#include "castaway/sim/strategies.h"

namespace castaway::sim {
namespace {

constexpr std::uint64_t most_changes = 3;
constexpr std::uint64_t longest = 12;  // a power of two

}  // namespace

std::string_view chain_of(std::string_view name) { return name.substr(0, name.find('/')); }

Pct::Pct(std::uint64_t seed) : seed_(seed), random_(seed) {
  const std::uint64_t changes = 1 + keyed_hash(seed, "pct/changes") % most_changes;
  for (std::uint64_t i = 0; i < changes; ++i) {
    // Nobody knows how long a run will be: every order of magnitude is as likely.
    const std::string point = "pct/change-" + std::to_string(i);
    const std::uint64_t below = 2ULL << (keyed_hash(seed, point + "/size") % longest);
    change_points_.push_back(keyed_hash(seed, point) % below);
  }
}

bool Pct::changes() { return std::ranges::count(change_points_, asked_++) != 0; }

std::uint64_t Pct::answer(const Question& question) {
  if (question.about == Choice::fault || question.about == Choice::damage)
    return random_.answer(question);
  const bool change = changes();
  // A task is preempted where it falls behind, and nowhere else.
  if (question.about == Choice::turn) return change ? 1 : 0;
  const std::string_view chain = chain_of(question.name);
  if (change) behind_.emplace(chain);
  if (behind_.contains(chain)) return question.bound - 1;
  return scaled(keyed_hash(seed_, "pct/" + std::string(chain)), question.bound);
}

}  // namespace castaway::sim
