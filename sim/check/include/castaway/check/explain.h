#pragma once
// Explain: adds to an argument why something did not happen, or happened so late, down to the
// fault, the event or the limit that made the difference.

#include "castaway/check/verdict.h"

namespace castaway::check {

/// Why the operation had come no further by event `end`, which may be the number of events.
void explain_no_further(Violation& violation, const History& history, Symbol op, EventIndex end);
/// Why a fanout had come no further by event `end` at those servers of its topic that never had an
/// event of this kind of it: up to three.
void explain_missing_servers(Violation& violation, const History& history, Symbol fanout,
                             EventKind kind, EventIndex end);
/// Why an operation ended as it did: what kept its answer, or where that comes from.
void explain_outcome(Violation& violation, const History& history, EventIndex completion);
/// Why an operation ended when it did.
void explain_completion(Violation& violation, const History& history, EventIndex completion);
/// Why this event of an operation came so late: what took longest on the way to it.
void explain_slow(Violation& violation, const History& history, EventIndex event);
/// Why this event of an operation came at all, or only now: a request that was published or
/// delivered again, or else what took longest on the way to it.
void explain_again(Violation& violation, const History& history, EventIndex event);

}  // namespace castaway::check
