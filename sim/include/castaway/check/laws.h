#pragma once
// The laws: pure functions of a history. Each has a file of its own beside this one's
// implementation; here is their list.

#include <span>
#include <string_view>
#include <vector>

#include "castaway/check/verdict.h"

namespace castaway::check {

/// No operation is executed twice: a call or cast by all servers together, a fanout by each server.
/// An operation whose invoke is not in the history counts as a call or cast.
/// Source: oslo_messaging/rpc/client.py, RPCClient.call and cast; AMO-010 to AMO-130.
[[nodiscard]] Verdict at_most_once(const History& history);

/// Every invoked operation completes once: two completions are a violation, none at the end of the
/// run is a hang. At a time limit it is one only if the deadline has passed; of a process that was
/// killed nothing is expected. BAS-020.
[[nodiscard]] Verdict one_completion(const History& history);

/// A call gets the value, or the error, that an execution of its own ended with. If none had ended,
/// that is for no_phantom to say. BAS-010, COR-010.
[[nodiscard]] Verdict own_reply(const History& history);

/// Nothing is executed that was not asked for with the same method and arguments, and no call gets
/// an answer before an execution of it ended; a server that did not execute it may still refuse it
/// with an error. BAS-030, BAS-040.
[[nodiscard]] Verdict no_phantom(const History& history);

/// Calls of one task are processed in order: once a call has returned or raised the endpoint's
/// error, no execution of it may end after one of a later operation of the same task began. Judged
/// over every execution; one that never ended counts with its beginning. ORD-010, ORD-020, ORD-060.
[[nodiscard]] Verdict task_order(const History& history);

/// A timeout comes neither early nor late, and no operation completes later than its deadline,
/// unless its process was paused over it. TMO-010, TMO-020, TMO-080.
[[nodiscard]] Verdict deadline(const History& history);

/// What is said to have had no effect was not executed and never will be: whoever is told so may
/// try again. CST-080.
[[nodiscard]] Verdict effect(const History& history);

/// A request that a server has acknowledged is executed, or refused, for the broker has forgotten
/// it: of a call or cast by any server, of a fanout by this one. Excused is what a fault hit, and
/// what came to a server that was killed afterwards, lost a connection, or is still busy. SET-040.
/// Source: what it breaks in oslo.messaging, see ClassicIntake.
[[nodiscard]] Verdict no_loss(const History& history);

/// Once nothing has been made to go wrong for as long as recovery may take, every call that has
/// that much time is answered: by a value, or by the error that its method raised. RTY-040,
/// CRS-110.
[[nodiscard]] Verdict recovery(const History& history);

/// At the end of a run no operation is pending, no delivery unacknowledged, and nobody goes on
/// sending heartbeats. Judged by the `residue` events, which say how many there are of each.
/// SIM-100.
[[nodiscard]] Verdict no_residue(const History& history);

/// A duty of whatever plays the broker, where nothing goes wrong and queues keep their order: each
/// request that it put into a queue is delivered once, and to each server in the order of each
/// client. Judged only where it is asked for. SIM-030.
[[nodiscard]] Verdict quiet_broker(const History& history);

/// Not a promise but a goal: casts of one task to one topic were executed in another order than
/// they were sent. "Violated" shows the swap; a harness that can never reach it is too kind. Of the
/// casts that were executed once, each is compared with the next: any swap shows in neighbors.
/// ORD-040.
[[nodiscard]] Verdict cast_order(const History& history);

struct Law {
  std::string_view name;
  std::string_view statement;  ///< in one sentence
  Verdict (*judge)(const History&);
  bool goal = false;  ///< existential: only to be reached, never to be kept
  bool duty = false;  ///< of the broker, and only where nothing goes wrong
};

/// All of them, in the order in which roots come before their consequences.
[[nodiscard]] std::span<const Law> laws();

/// Null if there is none of that name.
[[nodiscard]] const Law* find_law(std::string_view name);

/// Judges all laws that hold in every run, and marks violations that another law's violation of the
/// same operation explains.
[[nodiscard]] std::vector<Verdict> judge_all(const History& history);

}  // namespace castaway::check
