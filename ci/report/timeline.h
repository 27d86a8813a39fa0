#pragma once
// Timeline: draws a history: a lane for each process, one for the broker, one for the faults; time
// runs downwards.
//
//        event    time  c1      broker  s1      faults
//            3   100ms  o------>        |       |        publishes ping

#include <map>
#include <string>
#include <vector>

#include "castaway/check/history.h"

#include "argument.h"

namespace castaway::ci {

/// Which events an argument points at, and as which of its steps.
using PointedAt = std::map<check::EventIndex, int>;

/// The steps of the first violation of each property that is a root.
[[nodiscard]] PointedAt pointed_at(const std::vector<Broken>& broken);

/// An event a row, at most page_width wide; events that are pointed at are marked "!1", "!2".
[[nodiscard]] std::string timeline(const check::History& history, const PointedAt& marked);

}  // namespace castaway::ci
