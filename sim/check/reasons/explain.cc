#include "castaway/check/explain.h"

#include "reasons.h"

namespace castaway::check {

void explain_no_further(Violation& violation, const History& history, Symbol op, EventIndex end) {
  add(violation, Reasons(history).no_further(op, end));
}

void explain_missing_servers(Violation& violation, const History& history, Symbol fanout,
                             EventKind kind, EventIndex end) {
  add(violation, Reasons(history).missing_servers(fanout, kind, end));
}

void explain_outcome(Violation& violation, const History& history, EventIndex completion) {
  const Reasons reasons(history);
  const Event& end = history[completion];
  const bool answered = end.kind == EventKind::returned || end.kind == EventKind::error;
  add(violation, answered ? reasons.value(completion) : reasons.no_further(end.op, completion));
}

void explain_completion(Violation& violation, const History& history, EventIndex completion) {
  const Reasons reasons(history);
  const Event& end = history[completion];
  const Event* invoke = Invocations(history).find(end.op);
  if (invoke != nullptr && end.at > invoke->deadline)
    return add(violation, reasons.late(completion, *invoke));
  const bool answered = end.kind == EventKind::returned || end.kind == EventKind::error;
  add(violation, answered ? reasons.slow(completion) : reasons.no_further(end.op, completion));
}

void explain_slow(Violation& violation, const History& history, EventIndex event) {
  add(violation, Reasons(history).slow(event));
}

void explain_again(Violation& violation, const History& history, EventIndex event) {
  const Reasons reasons(history);
  // Back to the publication or the delivery that the event goes back to, and that was not the
  // first.
  for (EventIndex i = event; i != no_event; i = history[i].cause) {
    Reason reason;
    if (history[i].kind == EventKind::deliver) reason = reasons.delivered_again(i);
    if (history[i].kind == EventKind::publish) reason = reasons.published_again(i);
    if (reason.known()) return add(violation, std::move(reason));
  }
  add(violation, reasons.slow(event));
}

}  // namespace castaway::check
