#pragma once
// Life lines: what became of each operation of a run, event by event. A run with a life line that
// no run before had has shown something new.

#include <cstdint>
#include <set>

#include "castaway/check/history.h"

namespace castaway::scenario {

/// A hash for each: of the kinds of its events, in order, with who was told what about failures;
/// names and times do not matter.
[[nodiscard]] std::set<std::uint64_t> life_lines(const check::History& history);

}  // namespace castaway::scenario
