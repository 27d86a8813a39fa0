#pragma once
// HandMade: which messages of a run were made by hand, and which calls got a reply made by hand.
//
// No client asked for what is made by hand, so no law blames anyone for what becomes of it; and a
// call that got a reply made by hand may return what no execution of it ended with.

#include <vector>

#include "castaway/check/history.h"

namespace castaway::check {

class HandMade {
 public:
  explicit HandMade(const History& history);

  /// Whether `op` is a message that was made by hand, and no operation.
  [[nodiscard]] bool is(Symbol op) const { return !made_.empty() && made_[op] != no_event; }
  /// Whether a reply to this call that was made by hand reached its own client before `index`.
  [[nodiscard]] bool answered(Symbol call, EventIndex index) const {
    return !answers_.empty() && answers_[call] < index;
  }

 private:
  std::vector<EventIndex> made_;     ///< by the message's symbol; empty if nothing is made by hand
  std::vector<EventIndex> answers_;  ///< by the call's: the first that arrived
};

}  // namespace castaway::check
