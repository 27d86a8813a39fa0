#pragma once
// Reasons: why an operation came no further, came late, or came again. An argument goes back to
// what made the difference: a fault, what became of a process, or a limit that somebody keeps to.
//
// They go by the causes that the history tells, and by what was wrong at the time. A history that
// tells neither has no reasons.

#include <initializer_list>
#include <vector>

#include "castaway/check/verdict.h"

#include "gap.h"
#include "hindrances.h"
#include "lookup/operations.h"
#include "lookup/troubles.h"
#include "takers.h"

namespace castaway::check {

struct Reason {
  std::vector<Step> steps = {};
  std::vector<Ground> grounds = {};  ///< empty if the history does not show it

  [[nodiscard]] bool known() const { return !grounds.empty(); }
};

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
  [[nodiscard]] std::vector<EventIndex> way_to(EventIndex event) const;
  /// The longest of those that begin before `end`.
  [[nodiscard]] Gap longest(const std::vector<EventIndex>& way, EventIndex end = no_event) const;
  [[nodiscard]] Reason no_confirm(EventIndex publish, EventIndex end) const;
  [[nodiscard]] Reason between_retries(EventIndex publish, EventIndex again) const;
  [[nodiscard]] Reason behind_first(std::initializer_list<EventIndex> events) const;

  [[nodiscard]] Reason of_gap(const Gap& gap) const;
  /// A fault, a trouble, or other work that lay in the way.
  [[nodiscard]] Reason hindered(const Gap& gap) const;
  /// The publication before the one that ends the gap.
  [[nodiscard]] EventIndex last_attempt(const Gap& gap) const;
  /// What the workers of a server, or of any if it is 0, were at meanwhile.
  [[nodiscard]] Reason busy(const Gap& gap, Symbol server) const;
  /// Nothing lay in the way: it took its time.
  [[nodiscard]] Reason took_time(const Gap& gap) const;
  /// Nothing lay in the way, and it never went on.
  [[nodiscard]] Reason stuck(const Gap& gap) const;
  /// The note that the broker dropped the message that the gap waits for; no_event if it did not.
  [[nodiscard]] EventIndex dropped_in(const Gap& gap) const;
  /// Whether the broker dropped it because something happened to the broker, as when a queue is
  /// purged.
  [[nodiscard]] bool is_act(EventIndex dropped) const;

  const History& history_;
  const Invocations invocations_;
  const EventsByOperation by_operation_;
  const Troubles troubles_;
  const Hindrances hindrances_{history_, invocations_, by_operation_, troubles_};
  const Takers takers_{history_, invocations_, by_operation_, troubles_};
};

/// Puts a reason into the argument, in the order of the events.
void add(Violation& violation, Reason reason);

}  // namespace castaway::check
