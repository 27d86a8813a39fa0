#pragma once
// Stage and Gap: what becomes of a request, in order, and a stretch of its way.

#include <cstdint>

#include "castaway/check/history.h"

namespace castaway::check {

enum class Stage : std::uint8_t {
  invoked,
  published,
  accepted,
  delivered,
  executed,
  done,
  replied,
  reply_accepted,
  reply_arrived,
  none,  ///< of all other events
};

[[nodiscard]] inline Stage stage_of(EventKind kind) {
  switch (kind) {
    case EventKind::invoke:
      return Stage::invoked;
    case EventKind::publish:
      return Stage::published;
    case EventKind::accept:
      return Stage::accepted;
    case EventKind::deliver:
      return Stage::delivered;
    case EventKind::execute:
      return Stage::executed;
    case EventKind::done:
    case EventKind::refuse:
      return Stage::done;
    case EventKind::reply:
      return Stage::replied;
    case EventKind::reply_accept:
      return Stage::reply_accepted;
    case EventKind::reply_arrive:
      return Stage::reply_arrived;
    default:
      return Stage::none;
  }
}

struct Gap {
  Symbol op = 0;
  Stage stage = Stage::none;  ///< where it begins
  EventIndex begin = no_event;
  EventIndex end = no_event;
  bool is_open = false;  ///< what comes next had not come by `end`, or never did
};

}  // namespace castaway::check
