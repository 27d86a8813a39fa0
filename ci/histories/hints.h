#pragma once
// Hints: what a history's head could say, where a verdict may come from its silence.

#include <string>
#include <vector>

#include "castaway/check/verdict.h"

namespace castaway::ci {

/// Violations that would be none if the clocks of two actors were a little apart, and the "skew" to
/// say so; "" if there are none, or if the run had one clock because it was simulated.
[[nodiscard]] std::string skew_hint(const check::History& history,
                                    const std::vector<check::Verdict>& verdicts);

/// Operations that nobody judged because their deadlines are later than the last event, and the
/// "until" to say that they were waited for; "" if there are none.
[[nodiscard]] std::string until_hint(const check::History& history);

}  // namespace castaway::ci
