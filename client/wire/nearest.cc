#include "castaway/nearest.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace castaway {
namespace {

/// What is far longer than any name was never meant to be one.
constexpr std::size_t longest = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// How many characters to insert, delete, replace or swap with their neighbour, to make of `a` each
/// beginning of `b`; the last is `b` itself.
std::vector<std::size_t> distances(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last;
}

std::size_t to_all(std::string_view name, std::string_view known) {
  return distances(name, known).back();
}

std::size_t to_a_beginning(std::string_view name, std::string_view known) {
  return std::ranges::min(distances(name, known));
}

/// The first of those with the least distance, which is `most` at most.
template <class Distance>
std::string nearest_by(Distance distance, std::size_t most, std::string_view name,
                       const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = most + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > longest) continue;
    const std::size_t away = distance(name, candidate);
    if (away >= best_distance || away >= candidate.size()) continue;
    best = candidate;
    best_distance = away;
  }
  return best;
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.size() > longest) return {};
  std::string whole = nearest_by(to_all, std::max<std::size_t>(1, name.size() / 3), name, known);
  // One letter would be a beginning of nearly everything.
  if (!whole.empty() || name.size() < 2) return whole;
  return nearest_by(to_a_beginning, name.size() / 4, name, known);
}

}  // namespace castaway
