#pragma once
// CasesTable: the catalogue in three parts, and the words its rows are made of.

#include <span>

#include "castaway/scenario/cases.h"

namespace castaway::scenario {

inline constexpr Level must = Level::must, should = Level::should, may = Level::may,
                       info = Level::info;
inline constexpr bool every_run = false, some_run = true;
inline constexpr bool now = true, later = false;  ///< whether a case is of the first wave

/// BAS CST AMO ORD TMO: what is promised of calls and casts.
[[nodiscard]] std::span<const Case> promises();
/// COR RTE FAN ERR SER: replies, addresses and what is in a message.
[[nodiscard]] std::span<const Case> messages();
/// RTY HBT SET LIF CRS FLO MAL SIM: what the world does to them, and the simulator's own duties.
[[nodiscard]] std::span<const Case> troubles();

}  // namespace castaway::scenario
