#pragma once
// Operations: what the laws look up by an operation's symbol. All tables are flat, because a symbol
// is a small number.

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "castaway/check/history.h"

namespace castaway::check {

/// A timeout before that comes too early. A monitored call may end sooner than at its deadline.
[[nodiscard]] inline TimePoint earliest_timeout(const Event& invoke) {
  if (invoke.monitor == Duration::zero()) return invoke.deadline;
  return std::min(invoke.deadline, deadline_after(invoke.at, invoke.monitor));
}

/// The invoke of each operation; its first attempt, if there are several.
class Invocations {
 public:
  explicit Invocations(const History& history);

  /// no_event if the history does not show it.
  [[nodiscard]] EventIndex index(Symbol op) const { return op == 0 ? no_event : invokes_[op]; }
  /// Null if the history does not show it.
  [[nodiscard]] const Event* find(Symbol op) const;
  /// As its invoke says; none if the history does not show that.
  [[nodiscard]] OperationKind kind(Symbol op) const;
  /// Whether its request was seen on its way although nobody had reported it.
  [[nodiscard]] bool is_seen(Symbol op) const { return seen_.contains(op); }
  /// As its invoke says, or else its last publish or accept that says what it looks like.
  [[nodiscard]] bool is_fanout(Symbol op) const;
  /// How often its application meant to ask for it: once, unless it tried again under the same id.
  [[nodiscard]] std::size_t attempts(Symbol op) const;
  /// The invoke of its last attempt; no_event if the history does not show it.
  [[nodiscard]] EventIndex last(Symbol op) const;
  /// Whether the history shows any.
  [[nodiscard]] bool any() const { return any_; }

 private:
  const History& history_;
  std::vector<EventIndex> invokes_;
  std::map<Symbol, std::vector<EventIndex>> more_;  ///< attempts after the first
  std::map<Symbol, OperationKind> seen_;  ///< what the wire says of those that nobody reported
  bool any_ = false;
};

/// The events of each operation, in order. What an argument is made of: built only when there is
/// something to argue.
class EventsByOperation {
 public:
  explicit EventsByOperation(const History& history);

  [[nodiscard]] std::span<const EventIndex> of(Symbol op) const;
  /// The last event of `op` before `end`; no_event if there is none.
  [[nodiscard]] EventIndex last_before(Symbol op, EventIndex end) const;

 private:
  std::vector<std::size_t> starts_;
  std::vector<EventIndex> indices_;
};

}  // namespace castaway::check
