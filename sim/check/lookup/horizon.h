#pragma once
// Horizon: what happened before a history begins or after it ends, so that it is not in the history
// although it happened. No law may take it for something that did not happen.

#include <cstddef>
#include <string_view>
#include <vector>

#include "operations.h"

namespace castaway::check {

class Horizon {
 public:
  Horizon(const History& history, const Invocations& invocations);

  /// Whether the operation began before the history does: events of it may be missing. Never in a
  /// history that was observed from its beginning.
  [[nodiscard]] bool began_before(Symbol op) const {
    return begins_late_ && (invocations_.index(op) == no_event || is_near_beginning(op));
  }

  /// Whether it began before; then it counts among those that the law could not see.
  bool misses(Symbol op);
  /// How many operations misses() was true for.
  [[nodiscard]] std::size_t unseen() const { return number_; }

  /// Whether an operation without an invoke may have one that is not in the history.
  [[nodiscard]] bool hides_invokes() const { return begins_late_ || ends_in_doubt_; }

 private:
  [[nodiscard]] bool is_near_beginning(Symbol op) const;

  const History& history_;
  const Invocations& invocations_;
  bool begins_late_;
  bool ends_in_doubt_;
  std::vector<bool> missed_;  ///< by operation; empty in a history that was seen from its beginning
  std::size_t number_ = 0;
};

/// Whether the history was observed from its beginning, and ends because nothing was left to
/// happen.
[[nodiscard]] bool is_whole(const History& history);
/// In words, for a law that judges nothing of a part.
[[nodiscard]] std::string_view why_not_whole(const History& history);

/// Whether something that happened before event `index` may come after the history's end: the
/// history was cut, and the clocks are too far off to tell.
[[nodiscard]] bool may_be_behind_end(const History& history, EventIndex index);

}  // namespace castaway::check
