#pragma once
// FailureExplanation: explains a failure that was shrunk. It says which answers and numbers the
// failure needs, and what the nearest run that passes first does differently.
//
// Each is varied on its own, with the rest as it is. Where a number fails from an edge on, both
// sides of the edge were run; that there is no second edge farther out is tried at only a few
// numbers.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/difference.h"
#include "castaway/scenario/failure_signature.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// How much the value of a choice, or of a number in a fault rule, matters.
enum class Need : std::uint8_t {
  irrelevant,  ///< the run fails with any value
  interval,    ///< it fails from `from` to `to`
  exact,       ///< it fails only with this value
};

inline constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

struct Remaining {
  std::string name = {};  ///< the decision, or the rule
  /// As in "the copy comes after {} other messages", where {} stands for the number; empty for a
  /// decision that is not a time.
  std::string what = {};
  Need need = Need::exact;
  std::uint64_t value = 0;  ///< what it is
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< no_end if it goes on
  bool is_time = false;  ///< in nanoseconds
  bool ran_out = false;  ///< beyond `to` a copy waits for messages that do not come
  /// How many other decisions, whose names differ from this one's only in numbers, were not varied.
  std::size_t alike = 0;
  friend bool operator==(const Remaining&, const Remaining&) = default;
};

/// A run that does not fail, with one thing undone.
struct NearestPass {
  std::string undone = {};  ///< the decision, or the rule
  Difference difference = {};
  friend bool operator==(const NearestPass&, const NearestPass&) = default;
};

struct FailureExplanation {
  std::vector<Remaining> remaining = {};  ///< decisions, then the numbers of rules
  std::optional<NearestPass> nearest = {};
};

/// `scenario` must be a replay whose run breaks `property` for `signature`. The nearest passing run
/// is the one that stays the same longest. Takes about ten runs for each rule and each decision; of
/// decisions whose names differ only in numbers, it varies the first two and the last.
/// Throws: RunCut.
[[nodiscard]] FailureExplanation explain_failure(const Scenario& scenario, SubjectProfile profile,
                                                 const Property& property,
                                                 const FailureSignature& signature,
                                                 const Cut& cut = {});

/// "fails if the answer is 16 or more", "fails if the ack comes more than 18s late"
[[nodiscard]] std::string to_string(const Remaining& remaining);

}  // namespace castaway::scenario
