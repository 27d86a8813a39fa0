#pragma once
// Endings: how each operation's executions have ended, up to the event that a law has reached.

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "castaway/check/history.h"

namespace castaway::check {

/// Whether a `done` was an error; one that does not say returned.
[[nodiscard]] inline bool is_error_end(const Event& done) { return done.detail == Detail::error; }

class Endings {
 public:
  explicit Endings(const History& history);

  /// Takes note of the next event.
  void note(EventIndex index);

  [[nodiscard]] bool executed(Symbol op) const { return executor_[op] != no_event; }
  [[nodiscard]] bool ended(Symbol op) const { return first_[op] != no_event; }
  /// All that ended, in order.
  [[nodiscard]] std::vector<EventIndex> of(Symbol op) const;
  /// Whether the clocks leave it open that another execution had ended before event `reached`,
  /// which comes before that end in the history.
  [[nodiscard]] bool may_have_ended(Symbol op, EventIndex reached) const;
  /// Whether a server replied that had not executed it: it refused the request, which is an answer
  /// too.
  [[nodiscard]] bool refused(Symbol op) const { return refused_[op]; }

 private:
  [[nodiscard]] bool executed_by(Symbol op, Symbol server) const;

  const History& history_;
  std::vector<EventIndex> first_;  ///< the first `done`
  std::map<Symbol, std::vector<EventIndex>> more_;
  std::vector<EventIndex> executor_;  ///< the first `execute`
  std::set<std::pair<Symbol, Symbol>> other_executors_;
  std::vector<bool> refused_;
};

}  // namespace castaway::check
