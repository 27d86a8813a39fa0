#pragma once
// Lanes: who gets a column in a timeline. The idle share one, and if there is no room for all, so
// do those who do least.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/history.h"

namespace castaway::ci {

/// Which events an argument points at, and as which of its steps.
using PointedAt = std::map<check::EventIndex, int>;

/// What an event without an actor happens at, and who acts where a fault does.
inline constexpr std::string_view broker_lane = "broker";
inline constexpr std::string_view faults_lane = "faults";

/// In whose lane an event belongs.
[[nodiscard]] std::string_view actor_of(const check::History& history, const check::Event& event);

struct Lanes {
  std::vector<std::string> names = {};
  std::vector<std::string> others = {};  ///< who share the lane "3 others", in order
  std::map<std::string, std::size_t, std::less<>> by_actor = {};

  /// names.size() if the actor has none.
  [[nodiscard]] std::size_t of(std::string_view actor) const;
  [[nodiscard]] bool is_other(std::string_view actor) const;
};

/// Clients as they first appear, the broker, all others as they first appear, those who share a
/// lane, the faults. Idle is who only starts and stops; nobody whom an argument points at.
[[nodiscard]] Lanes lanes_of(const check::History& history, const PointedAt& marked,
                             std::size_t most);

}  // namespace castaway::ci
