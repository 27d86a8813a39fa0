#pragma once
// WireOnly: what a history shows of executions that was recorded on the wire, or at the broker, so
// that it has no `invoke` and no `execute`.
//
// Two replies by two servers prove two executions. All else only makes them possible.

#include <cstddef>
#include <vector>

#include "castaway/check/verdict.h"

namespace castaway::check {

/// Whether neither clients nor servers were observed, but messages were. Of a history that is a
/// part, the head has to say so: what it does not show may lie outside.
[[nodiscard]] bool is_wire_only(const History& history);

struct WireJudgement {
  std::size_t judged = 0;  ///< requests that were seen to reach a server
  std::size_t unseen = 0;  ///< requests of a part whose "publish" is not in it
  std::vector<Violation> violations = {};
  std::vector<Violation> suspects = {};
};

/// Which requests were executed more than once, or may have been. Requires: is_wire_only().
[[nodiscard]] WireJudgement judge_wire(const History& history);

}  // namespace castaway::check
