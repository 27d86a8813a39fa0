#pragma once
// Laws: what RPC promises, as pure functions of a history. Judge a history by one of them, or by
// all with judge_all(); each law has a .cc of its own.

#include <cstdint>
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
/// run is a hang. At a time limit it is a hang only if the deadline has passed. Nothing is expected
/// of a process that was killed. BAS-020.
[[nodiscard]] Verdict one_completion(const History& history);

/// A call gets the value or the error that one of its own executions ended with. If none had ended,
/// no_phantom judges that. BAS-010, COR-010.
[[nodiscard]] Verdict own_reply(const History& history);

/// Nothing is executed that was not requested with the same method and arguments, and no call gets
/// an answer before one of its executions ended. A server that did not execute it may still refuse
/// it with an error. BAS-030, BAS-040.
[[nodiscard]] Verdict no_phantom(const History& history);

/// Calls of one task are processed in order: once a call has returned or raised the endpoint's
/// error, no execution of it may end after one of a later operation of the same task began. Judged
/// over every execution; one that never ended counts with its beginning. ORD-010, ORD-020, ORD-060.
[[nodiscard]] Verdict task_order(const History& history);

/// A timeout comes neither early nor late, and no operation completes later than its deadline,
/// unless its process was paused over it. TMO-010, TMO-020, TMO-080.
[[nodiscard]] Verdict deadline(const History& history);

/// A request that is reported as having had no effect was not executed and never will be, so that
/// its caller may try again. CST-080.
[[nodiscard]] Verdict effect(const History& history);

/// A request that a server has acknowledged is executed or refused, because the broker has
/// forgotten it: a call or cast by any server, a fanout by this one. Exceptions are those that a
/// fault destroyed or damaged, those of a server that was killed or lost a connection after it had
/// got them, or is still busy, and those to which a claim was refused or came late. SET-040.
/// Source: ClassicIntake says what breaks it in oslo.messaging.
[[nodiscard]] Verdict no_loss(const History& history);

/// Once no fault has struck for as long as recovery may take, every call that has that much time is
/// answered, by a value or by the error that its method raised. RTY-040, CRS-110.
[[nodiscard]] Verdict recovery(const History& history);

/// At the end of a run no operation is pending, no delivery is unacknowledged, and no heartbeats go
/// on. Judged by the `residue` events, which count each of these. SIM-100.
[[nodiscard]] Verdict no_residue(const History& history);

/// A duty of the simulated broker, in runs without faults whose queues keep their order: each
/// request in a queue is delivered once, and each server gets each client's requests in order.
/// Judged only on request. SIM-030.
[[nodiscard]] Verdict quiet_broker(const History& history);

/// A goal, not a promise: casts of one task to one topic were executed in another order than they
/// were sent. "Violated" shows the swap; a harness that can never reach it is too kind. Compares
/// neighbors among the casts that were executed once, where any swap shows. ORD-040.
[[nodiscard]] Verdict cast_order(const History& history);

/// A reply that the broker puts into a queue while its call waits reaches the call's client by the
/// end of the run. Not if a fault damaged the request, or hit any message of this client once a
/// server had got it, for it holds up those behind; if the broker restarted or lost a queue after
/// that, if the client was killed or a connection of it broke after the invoke, or
/// broke before and had not been opened again, or the broker had not noticed yet,
/// if it closed one up to a second after the accept, or if the application asks again under the
/// same name. BAS-050.
[[nodiscard]] Verdict reply_arrives(const History& history);

/// A reply that arrives while its call waits ends the call: with a value or an error, whatever
/// becomes of the request's confirm. Not if it was damaged or made by hand, if its client was
/// paused or killed meanwhile, or if the application asks again under the same name. BAS-050,
/// COR-050.
[[nodiscard]] Verdict reply_heard(const History& history);

/// A cast or fanout that returns was accepted by the broker before. CST-050.
/// Source: AMQP 0-9-1 with publisher confirms: what is confirmed is the broker's charge.
[[nodiscard]] Verdict cast_accepted(const History& history);

/// A cast that the broker accepted for a queue is executed or refused by the end of a run in which
/// nothing took it away: no fault that destroys or diverts it, no full queue, no change of the
/// broker after its invoke, no break of a server that had got it, and no server that is gone or
/// busy for ever. CST-050, SET-010.
[[nodiscard]] Verdict cast_runs(const History& history);

/// Nobody replies to a cast or a fanout: no one waits there. CST-040.
/// Source: oslo_messaging/_drivers/amqpdriver.py, AMQPIncomingMessage.reply: without a msg_id
/// nothing is sent.
[[nodiscard]] Verdict no_reply_to_cast(const History& history);

/// A server that is stopped stops, and finishes what it has begun, unless it is killed or a method
/// of it never ends. LIF-030, LIF-040.
/// Source: oslo_messaging/server.py, MessageHandlingServer.stop and wait.
[[nodiscard]] Verdict stop_ends(const History& history);

/// A request is delivered at most twenty times, apart from what faults of messages bring back. Not
/// judged if a fault copied it. SET-050.
/// Source: RabbitMQ, quorum queues, delivery-limit.
[[nodiscard]] Verdict bounded_delivery(const History& history);

/// An operation that fails, other than by a timeout, has been tried as often as `retry` allows: for
/// each attempt a connection of its client had ended, or could not be made, or nobody waited for
/// the confirm any longer. Not judged is what the broker refused or a reply ended, what the client
/// refused at once, and all operations of a client that closes. One whose client lost a connection
/// after it was handed to one is in doubt, and may fail; so may one whose deadline is over. Nothing
/// is handed to a connection more often than that. RTY-020, RTY-030. Source:
/// oslo_messaging/rpc/client.py, RPCClient, retry.
[[nodiscard]] Verdict retries_used(const History& history);

/// A call is not delivered later than its caller waits, counted from when the broker accepted it,
/// but for a millisecond of rounding, a second on its way, and the history's slack. Not if a fault
/// hit it or made anything late before, if the server was paused or half open at the accept or
/// later, if the broker forgot acks after it, or if the application asks again under the same name.
/// Begun later it may be: nothing promises that a server which got it in time runs it in time.
/// TMO-140.
/// Source: RabbitMQ, time-to-live of messages; oslo_messaging/_drivers/impl_rabbit.py sets it.
[[nodiscard]] Verdict expiry(const History& history);

/// A fanout that the broker accepted is executed or refused by each server of its topic and
/// exchange that served before the invoke and until the end of the run. Not if a fault hit it, if
/// the server broke or is busy for ever, or if the broker restarted or lost a queue. FAN-010.
[[nodiscard]] Verdict fanout_whole(const History& history);

/// What a script must have for a law to judge anything.
enum class LawNeeds : std::uint8_t {
  operations,  ///< any
  executions,  ///< a server that serves what somebody asks for
  calls,
  sequels,  ///< a task that goes on to another operation after a call
  casts,    ///< two casts of one task to one topic
  stops,    ///< a step that stops a server
};

/// A law with all that others need to know of it. Each stands in the law's own file.
struct Law {
  std::string_view name;
  std::string_view statement;  ///< in one sentence
  Verdict (*verdict)(const History&) = nullptr;
  LawNeeds needs = LawNeeds::operations;
  bool needs_invoke = true;  ///< in a history without invokes it judges nothing
  bool goal = false;         ///< existential: some run must reach it, none must keep it
  bool duty = false;         ///< of the broker, and only where nothing goes wrong
  bool quiet = false;        ///< it judges only what comes after the last fault
  bool at_end = false;       ///< the end of a run breaks it, not an event
  /// Generated scenarios are judged by it, unless it is a goal or a duty.
  bool generated = true;
  /// Why no run over a real transport shows it; empty if one does.
  std::string_view unobservable = {};
  /// Laws whose violation explains a violation of this one that speaks of the same operation.
  std::span<const std::string_view> roots = {};

  /// The law's verdict. What rests on suspect events is only suspected, and what the violation of a
  /// root explains is marked as its consequence.
  [[nodiscard]] Verdict judge(const History& history) const;
};

/// All laws, causes before their consequences.
[[nodiscard]] std::span<const Law> laws();

/// The law of that name; null if there is none.
[[nodiscard]] const Law* find_law(std::string_view name);

/// The verdicts of all laws that must hold in every run, in their order.
[[nodiscard]] std::vector<Verdict> judge_all(const History& history);

}  // namespace castaway::check
