#pragma once
// Timeline: draws a history: a lane for each process, one for the broker, one for the faults; time
// runs downwards.
//
//        event    time  c1      broker  s1      faults
//            3   100ms  o------>        |       |        publishes ping

#include <cstddef>
#include <string>
#include <vector>

#include "castaway/check/history.h"

#include "argument.h"
#include "cli/text.h"
#include "lanes.h"

namespace castaway::ci {

/// The steps of the first violation of each property that is a root.
[[nodiscard]] PointedAt pointed_at(const std::vector<Broken>& broken);

/// An event a row, at most `columns` wide; events that are pointed at are marked "!1", "!2". Idle
/// processes share a lane, and what many of them do at once, a row.
[[nodiscard]] std::string timeline(const check::History& history, const PointedAt& marked,
                                   std::size_t columns = page_width);

}  // namespace castaway::ci
