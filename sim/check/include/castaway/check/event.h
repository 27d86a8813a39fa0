#pragma once
// Event: one thing that happened in a run, as plain data: what, when, to which process, operation
// and copy, and why.
//
// What an event says beyond its kind is a Detail, not a sentence: laws compare it, and sentences
// are made from it when somebody reads them. Names are Symbols, whose texts the History holds.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "castaway/error.h"
#include "castaway/time.h"

namespace castaway::check {

/// An index into the history's texts. 0 is "" and means "not given".
using Symbol = std::uint32_t;

enum class EventKind : std::uint8_t {
  invoke,   ///< I: a task entered call() or cast()
  publish,  ///< the client handed the request to its connection; again for each retry
  accept,   ///< A: the broker took charge of the request; detail: unroutable if no queue got it
  confirm,  ///< the broker's confirm reached the client; detail: ack or nack
  deliver,  ///< D: a copy of the request reached a server, the actor
  settle,   ///< S: a server's answer reached the broker; detail: ack, requeue or reject
  execute,  ///< X: an endpoint's method began
  done,     ///< Z: it ended; detail: returned or error
  reply,    ///< R: the server handed the reply to its connection
  reply_accept,  ///< the broker took charge of the reply
  reply_arrive,  ///< P: a copy of the reply reached the client
  returned,      ///< C, in text "return": the call returned a value, or the cast was accepted
  error,         ///< C: the call raised what the endpoint, or its dispatch, raised: class in `name`
  timeout,       ///< C: MessagingTimeout
  failure,       ///< C: another error; `effect` says what is known
  fault,         ///< F: a fault rule fired; actor is the rule, `name` its action, detail its nature
  link,          ///< a connection of the actor's, called `name`; detail says what became of it
  process,       ///< a process, or the broker; detail says what became of it
  note,          ///< anything else for people; only no_loss reads one: whether a claim was refused
  residue,       ///< at the end of a run: `copy` says how many of what detail says are left
  /// A message made by hand, called `op`, was handed to the broker; detail: request or reply; of a
  /// reply, `cause` is the invoke of the call it names.
  inject,
  /// A server executed nothing: it has no such method, or the request makes no sense. The class of
  /// the error that says so is in `name`.
  refuse,
};
inline constexpr int event_kinds = static_cast<int>(EventKind::refuse) + 1;

enum class OperationKind : std::uint8_t { none, call, cast, fanout };

/// What an event says beyond its kind. A kind has details of its own: see details_of().
enum class Detail : std::uint8_t {
  none,  ///< not given

  // Of confirm and settle.
  ack,
  nack,
  requeue,
  reject,

  unroutable,  ///< of accept and reply_accept: no queue got the message

  // Of done.
  returned,
  error,

  // Of fault: what its action does to what it hits.
  loss,
  lateness,
  copy,
  reorder,
  damage,
  refusal,
  give_back,      ///< the message returns to its queue
  outage,         ///< a process or its connections fail
  broker_change,  ///< the broker restarts, blocks, or loses a queue or a part of one
  clock_step,

  // Of link.
  opened,
  closed,     ///< in order, by the process itself
  lost,       ///< closed by the broker or the network; the reason is in `text`
  abandoned,  ///< dropped by the process, without a word to the broker
  cut,        ///< by a fault, and both sides notice; the broker after `length`
  half_open,  ///< by a fault: nothing gets through, and nobody notices
  half_open_to_broker,
  half_open_from_broker,

  // Of process.
  started,
  serving,
  stopping,
  stopped,
  killed,
  paused,  ///< for `length`
  resumed,

  // Of process, where the actor is the broker.
  down,  ///< for `length`
  up_again,
  forgot_acks,
  blocks_publishers,    ///< for `length`
  queue_deleted,        ///< the one called `name`
  reply_queue_deleted,  ///< the one of client `name`

  // Of residue.
  pending_operations,
  unacknowledged_deliveries,
  unfinished_heartbeats,

  // Of inject.
  request,
  reply,

  // Of note.
  claim_granted,  ///< to server `name`, by the claim store
  claim_refused,
  heartbeat_sent,
  heartbeat_arrived,
  clock_stepped,  ///< the wall clock, by `length`
  livelocked,
  limit_reached,

  // Added later: hashes of runs hold these numbers.
  channel_closed,      ///< of link: one of its channels was closed by the broker; why is in `text`
  drained,             ///< of process: a stopped server has finished all that it had begun
  waiting_calls,       ///< of residue: calls that a client still waits for when it goes
  queue_expired,       ///< of process, the broker: the one called `name`, which nobody used
  dropped,             ///< of note: a message left its queue, and nobody got it; `name` says why
  queued_messages,     ///< of residue: what lies in queues that somebody consumes from
  unsettled_replies,   ///< of residue: what a client that goes got, and did not settle
  closing,             ///< of process: its client closes, and whatever waits fails
  queue_purged,        ///< of process, the broker: the one called `name`
  binding_lost,        ///< of process, the broker: one of the queue called `name`
  consumer_cancelled,  ///< of link: the broker has taken consumers of it away
  slowed,              ///< of link: by a fault, for `length`; until the end if 0
  node_down,           ///< of process, the broker: the node called `name`, for `length`
  node_up,             ///< of process, the broker: the node called `name`
};
inline constexpr int details = static_cast<int>(Detail::node_up) + 1;

/// What a fault strikes. heartbeat: a reply that only says that its call is still running. claim: a
/// server's question to the claim store, and the answer. broker: the broker as a whole.
enum class Edge : std::uint8_t {
  request,
  reply,
  heartbeat,
  ack,
  confirm,
  claim,
  link,
  process,
  broker,
  clock
};
inline constexpr int edges = static_cast<int>(Edge::clock) + 1;

using EventIndex = std::uint32_t;
inline constexpr EventIndex no_event = std::numeric_limits<EventIndex>::max();

struct Event {
  TimePoint at = {};
  EventKind kind = EventKind::note;
  /// Of invoke; of publish and accept if nobody reported the invoke.
  OperationKind operation = OperationKind::none;
  Effect effect = Effect::unknown;  ///< of failure and timeout
  Detail detail = Detail::none;
  bool redelivered = false;  ///< of deliver
  /// Inferred, not seen: what rests on it is no violation, only suspected.
  bool suspect = false;
  std::optional<Edge> edge = {};  ///< of fault; of a note about a message
  Symbol actor = 0;               ///< the process or rule: "c1", "s1", "broker", "echo-late"
  Symbol task = 0;                ///< of invoke: "c1/main"
  Symbol op = 0;                  ///< "ping#3"; unique in the history
  Symbol method = 0;              ///< of invoke and execute
  Symbol topic = 0;               ///< of invoke, and of a server that serves
  Symbol name = 0;                ///< what else has a name: see the kinds and details
  Symbol text = 0;                ///< in words, for people: no law reads it, and no hash covers it
  std::uint32_t copy = 0;         ///< which publish, delivery or execution of the operation, from 1
  /// Of invoke: which attempt of the application this is, from 1; 0 if it makes only one. An
  /// operation may be invoked again as its next attempt.
  std::uint32_t attempt = 0;
  EventIndex cause = no_event;
  /// Of invoke and execute: of the method and arguments. Of done, returned and error: of the value
  /// or the error.
  std::uint64_t digest = 0;
  TimePoint deadline = never;  ///< of invoke: when it must have completed
  Duration monitor = {};  ///< of invoke: call_monitor_timeout; 0 when the call is not monitored
  /// Of invoke: how often its client may try again, if that is known; for ever if negative.
  std::optional<std::int32_t> retry = {};
  Duration length = {};  ///< how long, or by how much: see the details
  friend bool operator==(const Event&, const Event&) = default;
};

/// "invoke", "reply_accept", …: as in a history's text.
[[nodiscard]] std::string_view to_string(EventKind kind);
[[nodiscard]] bool is_completion(EventKind kind);

/// "request", "confirm", …: as in a history's text, and in a scenario's.
[[nodiscard]] std::string_view to_string(Edge edge);

/// "ack", "paused", "forgot acks", …: as in a history's text. "" for none.
[[nodiscard]] std::string_view to_string(Detail detail);
/// The details that an event of this kind may have, besides none.
[[nodiscard]] std::span<const Detail> details_of(EventKind kind);
/// The detail of this kind with that word; nothing if there is none.
[[nodiscard]] std::optional<Detail> find_detail(EventKind kind, std::string_view word);

}  // namespace castaway::check
