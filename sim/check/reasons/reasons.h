#pragma once
// Reasons: why an operation came no further, came late, or came again. An argument goes back to
// what made the difference: a fault, what became of a process, or a limit that somebody keeps to.
//
// They go by the causes that the history tells, and by what was wrong at the time. A history that
// tells neither has no reasons.

#include <map>
#include <set>
#include <vector>

#include "castaway/check/verdict.h"

#include "lookup/operations.h"
#include "lookup/troubles.h"

namespace castaway::check {

struct Reason {
  std::vector<Step> steps = {};
  std::vector<Ground> grounds = {};  ///< empty if the history does not show it

  [[nodiscard]] bool known() const { return !grounds.empty(); }
};

/// What becomes of a request, in order.
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
[[nodiscard]] Stage stage_of(EventKind kind);

class Reasons {
 public:
  explicit Reasons(const History& history);

  /// Why the operation had come no further than it had by event `end`.
  [[nodiscard]] Reason no_further(Symbol op, EventIndex end) const;
  /// Why the operation completed so long after its deadline.
  [[nodiscard]] Reason late(EventIndex completion, const Event& invoke) const;
  /// Why this event of an operation came so late: what took longest on the way to it.
  [[nodiscard]] Reason slow(EventIndex event) const;
  /// What was wrong with up to three servers that never had an event of this kind of a fanout.
  [[nodiscard]] Reason missing_servers(Symbol fanout, EventKind kind, EventIndex end) const;
  /// Where the value or the error comes from with which an operation completed.
  [[nodiscard]] Reason value(EventIndex completion) const;
  /// Why a client published a request again.
  [[nodiscard]] Reason published_again(EventIndex publish) const;
  /// Why a request was delivered again, after `first`; after its last delivery before if that is
  /// no_event.
  [[nodiscard]] Reason delivered_again(EventIndex delivery, EventIndex first = no_event) const;
  /// What led to an event of a process, a connection or a fault, that event included.
  [[nodiscard]] Reason behind(EventIndex event) const;

 private:
  /// A stretch of an operation's way; `end` is exclusive if nothing has come of it.
  struct Gap {
    Stage stage = Stage::none;  ///< where it begins
    EventIndex begin = no_event;
    EventIndex end = no_event;
    bool is_open = false;  ///< it never ended, or not by `end`
  };

  [[nodiscard]] std::vector<EventIndex> way_to(EventIndex event) const;
  /// The longest of those that begin before `end`.
  [[nodiscard]] Gap longest(const std::vector<EventIndex>& way, EventIndex end = no_event) const;
  [[nodiscard]] Reason of_gap(Symbol op, const Gap& gap) const;
  [[nodiscard]] Reason no_confirm(EventIndex publish, EventIndex end) const;
  [[nodiscard]] Reason between_retries(EventIndex publish, EventIndex again) const;
  /// The fault that struck the operation on one of these edges, in between.
  [[nodiscard]] EventIndex fault_of(Symbol op, std::initializer_list<Edge> of, EventIndex begin,
                                    EventIndex end) const;
  /// Whether the fault still kept back what was behind the message that it struck: what follows a
  /// late frame waits for it, and what follows a lost one is lost, until the connection is made
  /// anew.
  [[nodiscard]] bool holds(EventIndex fault, Symbol process, EventIndex at) const;
  /// A fault that struck another operation of the process, and keeps this one back.
  [[nodiscard]] EventIndex held_up(Symbol process, std::initializer_list<Edge> of, Symbol op,
                                   EventIndex begin, EventIndex end) const;
  /// Who may have taken requests for where this one went.
  [[nodiscard]] std::vector<Symbol> takers(Symbol op) const;
  /// What was wrong with all who may have taken it.
  [[nodiscard]] EventIndex no_taker(Symbol op, EventIndex begin, EventIndex end) const;
  /// What became of the caller of a request whose reply took longer than its method, until event
  /// `by`; no_event if that is not so.
  [[nodiscard]] EventIndex dead_caller(Symbol op, EventIndex execution, EventIndex by) const;
  /// Where the workers of a server, or of any if it is 0, were meanwhile.
  [[nodiscard]] Reason busy(Symbol server, Symbol op, EventIndex begin, EventIndex end) const;
  [[nodiscard]] Reason in_transit(const Gap& gap) const;

  const History& history_;
  const Invocations invocations_;
  const EventsByOperation by_operation_;
  const Troubles troubles_;
  std::map<Symbol, std::set<Symbol>> takers_;  ///< by topic: the servers that got such requests
  std::set<Symbol> got_some_;                  ///< servers that got any
};

/// Puts a reason into the argument, in the order of the events.
void add(Violation& violation, Reason reason);

}  // namespace castaway::check
