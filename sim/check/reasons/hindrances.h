#pragma once
// Hindrances: which faults kept a message back: its own, or those of messages in front of it.

#include <initializer_list>

#include "lookup/operations.h"
#include "lookup/troubles.h"

namespace castaway::check {

class Hindrances {
 public:
  /// Keeps all four.
  Hindrances(const History& history, const Invocations& invocations,
             const EventsByOperation& by_operation, const Troubles& troubles)
      : history_(history),
        invocations_(invocations),
        by_operation_(by_operation),
        troubles_(troubles) {}

  /// The fault that struck the operation on one of these edges in between: one that takes a message
  /// away before one that makes it late. no_event if there is none.
  [[nodiscard]] EventIndex own(Symbol op, std::initializer_list<Edge> edges, EventIndex begin,
                               EventIndex end) const;
  /// A fault that struck another message to or from the process, or to any server if that is 0, and
  /// kept this one back.
  [[nodiscard]] EventIndex in_front(Symbol op, Symbol process, std::initializer_list<Edge> edges,
                                    EventIndex begin, EventIndex end) const;

 private:
  /// Whether the fault still kept back what was behind the message that it struck: what follows a
  /// late frame waits for it; what follows a lost one is lost, until the connection is made anew.
  [[nodiscard]] bool holds(EventIndex fault, Symbol process, EventIndex at) const;
  /// Whether the message that it struck went to or from the process.
  [[nodiscard]] bool passes(const Event& fault, Symbol process) const;

  const History& history_;
  const Invocations& invocations_;
  const EventsByOperation& by_operation_;
  const Troubles& troubles_;
};

}  // namespace castaway::check
