#pragma once
// Takers: which servers may take a request, and what else they were at.

#include <map>
#include <set>
#include <vector>

#include "lookup/operations.h"
#include "lookup/troubles.h"

namespace castaway::check {

class Takers {
 public:
  /// Keeps all four.
  Takers(const History& history, const Invocations& invocations,
         const EventsByOperation& by_operation, const Troubles& troubles);

  /// Servers that got requests for the topic of this one, and those that never got any: they may
  /// have been there for any topic.
  [[nodiscard]] std::vector<Symbol> of(Symbol op) const;
  /// What was wrong with the first of them, if something was with each; else no_event.
  [[nodiscard]] EventIndex all_in_trouble(Symbol op, EventIndex begin, EventIndex end) const;

  /// An execution of another request that had begun by `begin` and went on then.
  struct Work {
    EventIndex begin = no_event;
    EventIndex end = no_event;  ///< of the method, and of all attempts to reply; no_event: never
    /// What became of its caller, if replying took longer than the method.
    EventIndex caller = no_event;
  };
  /// What went on longest at the server, or at any if it is 0.
  [[nodiscard]] Work busy_with(Symbol op, Symbol server, EventIndex begin) const;

 private:
  [[nodiscard]] EventIndex end_of(EventIndex execution) const;
  [[nodiscard]] EventIndex dead_caller(const Work& work) const;

  const History& history_;
  const Invocations& invocations_;
  const EventsByOperation& by_operation_;
  const Troubles& troubles_;
  std::map<Symbol, std::set<Symbol>> by_topic_;
  std::set<Symbol> got_any_;
};

}  // namespace castaway::check
