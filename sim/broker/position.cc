#include "position.h"

#include <algorithm>
#include <compare>
#include <utility>

namespace castaway::sim {
namespace {

/// Far from 0 on either side, so that many can follow one another without a longer path.
constexpr std::int64_t step = std::int64_t{1} << 62;

std::strong_ordering compare_places(const Position& a, const Position& b) {
  if (a.level != b.level) return a.level <=> b.level;
  if (a.slot != b.slot) return a.slot <=> b.slot;
  const std::size_t length = std::max(a.path.size(), b.path.size());
  for (std::size_t i = 0; i < length; ++i) {
    const std::int64_t left = i < a.path.size() ? a.path[i] : 0;
    const std::int64_t right = i < b.path.size() ? b.path[i] : 0;
    if (left != right) return left <=> right;
  }
  return std::strong_ordering::equal;
}

Position moved(Position from, std::int64_t by) {
  from.path.back() += by;
  return from;
}

Position extended(Position from, std::int64_t by) {
  from.path.push_back(by);
  return from;
}

Position place_before(const Position& next) {
  return next.path.empty() ? extended(next, -step) : moved(next, -1);
}

Position place_between(const Position& previous, const Position& next) {
  const auto fits = [&](const Position& place) {
    return std::is_lt(compare_places(previous, place)) && std::is_lt(compare_places(place, next));
  };
  if (!previous.path.empty()) {
    if (Position place = moved(previous, 1); fits(place)) return place;
  }
  if (Position place = place_before(next); fits(place)) return place;
  if (Position place = extended(next, -step); fits(place)) return place;
  // Then `next` is where the path of `previous` left from: what comes after the whole of that path
  // still comes before `next`.
  return extended(previous, step);
}

}  // namespace

bool operator<(const Position& a, const Position& b) {
  const std::strong_ordering places = compare_places(a, b);
  return std::is_neq(places) ? std::is_lt(places) : a.serial < b.serial;
}

Position at_end(std::uint64_t serial, std::uint16_t level) {
  return {.level = level, .slot = serial, .serial = serial};
}

Position between(const Position* previous, const Position& next, std::uint64_t serial) {
  Position position = previous == nullptr ? place_before(next) : place_between(*previous, next);
  position.serial = serial;
  return position;
}

}  // namespace castaway::sim
