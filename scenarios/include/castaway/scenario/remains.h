#pragma once
// Remains: what is left of a failure once it was shrunk, explained: which answers and numbers it
// takes, and what the nearest run that does not fail does first that is different.
//
// Each is varied alone, the rest as it is. Where a number fails from an edge on, the edge was run
// on both sides; that there is no second edge farther out is tried at a few numbers alone.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/difference.h"
#include "castaway/scenario/root.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// How much it matters what a choice, or a number of a fault rule, is.
enum class Need : std::uint8_t {
  irrelevant,  ///< whatever else it is, the run fails
  interval,    ///< it fails from `from` to `to`
  exact,       ///< it fails with this one alone
};

inline constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

struct Remaining {
  std::string name = {};  ///< the decision, or the rule
  /// "the copy comes after {} other messages", with a place for the number in it; empty of a
  /// decision that is no time.
  std::string what = {};
  Need need = Need::exact;
  std::uint64_t value = 0;  ///< as it is
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< no_end if it goes on
  bool is_time = false;  ///< in nanoseconds
  bool ran_out = false;  ///< beyond `to` a copy waits for messages that do not come
  /// So many other decisions, whose names differ from this one's in numbers alone, were not varied.
  std::size_t alike = 0;
  friend bool operator==(const Remaining&, const Remaining&) = default;
};

/// A run that does not fail, with one thing undone.
struct NearestPass {
  std::string undone = {};  ///< the decision, or the rule
  Difference difference = {};
  friend bool operator==(const NearestPass&, const NearestPass&) = default;
};

struct Remains {
  std::vector<Remaining> remaining = {};  ///< decisions, then the numbers of rules
  std::optional<NearestPass> nearest = {};
};

/// `scenario` is a replay whose run breaks `property` for `root`. Of several passing runs the
/// nearest is the one that goes along with it longest. Takes some ten runs for each rule and each
/// decision; of decisions whose names differ in numbers alone, the first two and the last are
/// looked at.
[[nodiscard]] Remains explain_remains(const Scenario& scenario, Profile profile,
                                      const Property& property, const Root& root);

/// "fails if the answer is 16 or more", "fails if the ack comes more than 18s late"
[[nodiscard]] std::string to_string(const Remaining& remaining);

}  // namespace castaway::scenario
