#pragma once
// FaultPlan: what goes wrong in a run, as values. Each rule says where it strikes (on), when
// (when), and what happens then (action).
//
// docs/guide/faults.md has the table of which action is possible where; validate() is that
// table as a function.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/sim/decisions.h"
#include "castaway/time.h"

namespace castaway::sim {

/// Where a rule strikes. heartbeat: a reply that only says that its call is still running; no
/// `reply` rule sees it. claim: a strict server's question to the claim store, and the answer.
/// broker: the broker as a whole.
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
/// publish: sender to broker, or server to claim store. deliver: broker to receiver, or back.
enum class Hop : std::uint8_t { publish, deliver };
/// duplicate: a copy that another rule made. redelivery: a copy that came back to its queue,
/// because it was given back or its connection was lost.
enum class Copy : std::uint8_t { original, duplicate, redelivery, any };

/// How long something takes: a constant, or drawn in integers. Answer 0 is the shortest time of a
/// uniform distribution, and the median of the others.
struct Distribution {
  enum class Shape : std::uint8_t {
    constant,
    uniform,
    exponential,
    lognormal
  } shape = Shape::constant;
  Duration a = {};    ///< the constant, the lower end, the mean, or the median
  Duration b = {};    ///< the upper end, or the 99th percentile
  Duration max = {};  ///< cuts the tail of the last two; none if 0
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// Selects events of a history.
struct EventPattern {
  /// One of event_names(): an EventKind's name, or "complete" for any completion.
  std::string ev = {};
  std::string op = {};      ///< "ping", "ping#3" or "ping#*"; any if empty
  std::string server = {};  ///< actor; any if empty
  std::string fault = {};   ///< of ev "fault": the rule
  /// Of ev "link" and "process": what happened, as in "stopped". Of "error": the class of the
  /// error.
  std::string what = {};
  std::uint64_t n = 0;  ///< only the n-th such event, from 1; any if 0
  friend bool operator==(const EventPattern&, const EventPattern&) = default;
};

/// Which hand-overs a rule looks at; empty fields match everything.
struct On {
  Edge edge = Edge::request;
  /// Of request and reply. An ack has only publish, a confirm only deliver.
  Hop hop = Hop::deliver;
  std::string op = {};  ///< "ping", "ping#3" or "ping#*"
  std::string method = {};
  std::string from = {};  ///< the process that sends, or, on the link edge, whose link it is
  /// The process that receives. On the deliver hop of a request the receiver is not chosen yet, so
  /// this is any process that consumes from the queue.
  std::string to = {};
  Copy copy = Copy::original;
  friend bool operator==(const On&, const On&) = default;
};

/// Makes a rule with `at` fire again: `times` more, once every `every`.
struct Repeat {
  Duration every = {};
  std::uint64_t times = 1;
  friend bool operator==(const Repeat&, const Repeat&) = default;
};

/// Which of the matching hand-overs a rule strikes. All conditions that you give must hold; without
/// any, it always strikes.
struct When {
  std::vector<std::uint64_t> nth = {};  ///< from 1, counted over matches of this rule
  std::uint64_t every = 0;
  std::optional<Ratio> prob = {};
  /// Chances to enter and to leave the bad state, per match.
  std::optional<std::pair<Ratio, Ratio>> burst = {};
  std::optional<std::pair<Duration, Duration>> window = {};  ///< of virtual time, half open
  std::optional<Duration> at = {};    ///< of link, process, broker and clock rules: fires then
  std::optional<Repeat> repeat = {};  ///< of a rule with `at`: fires again
  /// Of link, process, broker and clock rules: fires when this happens. Of others: only from then
  /// on.
  std::optional<EventPattern> after = {};
  std::uint64_t limit = 0;  ///< fires at most this often; no limit if 0
  friend bool operator==(const When&, const When&) = default;
};

struct Drop {
  friend bool operator==(const Drop&, const Drop&) = default;
};
struct Delay {
  Distribution by = {};
  friend bool operator==(const Delay&, const Delay&) = default;
};
struct HoldUntil {
  EventPattern event = {};
  friend bool operator==(const HoldUntil&, const HoldUntil&) = default;
};
struct Duplicate {
  std::uint64_t copies = 1;
  std::uint64_t after_messages = 0;
  enum class To : std::uint8_t { any, same, other } to = To::any;
  bool redelivered_flag = false;
  friend bool operator==(const Duplicate&, const Duplicate&) = default;
};
/// overtake n: goes before up to n messages. window n: a decision of 0 to n - 1.
struct Reorder {
  std::uint64_t window = 0;
  std::uint64_t overtake = 0;
  friend bool operator==(const Reorder&, const Reorder&) = default;
};
/// Cuts all connections of a process. half_open: neither side is told; at the end the link is
/// reset, or the bytes held back arrive in order. On the edge of a message it strikes the process
/// whose connection carries the message, while it is on its way or once it has arrived.
struct Disconnect {
  std::string who = {};  ///< a process; if empty, the one whose hand-over matched
  Duration for_ = {};    ///< new connections are refused for this long
  bool half_open = false;
  /// Half open: which way nothing gets through. A partition may be one-way.
  enum class Way : std::uint8_t { both, to_broker, from_broker } way = Way::both;
  enum class Then : std::uint8_t { reset, flush } then = Then::reset;
  /// Of a message: whether it is lost with the connection.
  enum class Frame : std::uint8_t { lost, arrives } frame = Frame::lost;
  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};
struct Kill {
  std::string who = {};
  std::optional<Duration> restart = {};
  friend bool operator==(const Kill&, const Kill&) = default;
};
struct Pause {
  std::string who = {};
  Duration for_ = {};
  friend bool operator==(const Pause&, const Pause&) = default;
};
/// Flips up to `bits` bits of the body; only in the value of `field`, if that is given.
struct Corrupt {
  std::uint64_t bits = 1;
  std::string field = {};  ///< a key of the envelope, as in "args" or "_msg_id"
  friend bool operator==(const Corrupt&, const Corrupt&) = default;
};
/// Cuts the body short.
struct TruncateTo {
  std::uint64_t bytes = 0;
  friend bool operator==(const TruncateTo&, const TruncateTo&) = default;
};
/// The broker finds no queue for it, as if the binding were gone for a moment.
struct Unroutable {
  friend bool operator==(const Unroutable&, const Unroutable&) = default;
};
/// The broker refuses it with basic.nack, and puts it into no queue.
/// Source: rabbitmq.com/docs/confirms: a nack when the process of a queue failed, or the queue is
/// full.
struct Nack {
  friend bool operator==(const Nack&, const Nack&) = default;
};
/// As if a consumer had received it and given it back: it is flagged as redelivered.
struct Requeue {
  friend bool operator==(const Requeue&, const Requeue&) = default;
};
/// The broker is short of resources, and reads nothing from connections that publish.
struct BlockPublish {
  Duration for_ = {};
  friend bool operator==(const BlockPublish&, const BlockPublish&) = default;
};
/// Somebody deletes a queue: by its name, or the reply queue of a client.
struct DeleteQueue {
  std::string queue = {};
  std::string replies_of = {};
  friend bool operator==(const DeleteQueue&, const DeleteQueue&) = default;
};
/// The broker goes down, and comes back after a while with what it keeps.
struct RestartBroker {
  Duration for_ = {};
  bool keep_durable = true;  ///< durable queues with their persistent messages; else nothing
  /// What was settled in this last time before the restart is in durable queues again: the
  /// settlement was not on disk yet.
  /// Source: RabbitMQ, rabbit_queue_index: acks are journalled, and written when there is time.
  Duration forget_acks = {};
  friend bool operator==(const RestartBroker&, const RestartBroker&) = default;
};
struct JumpWall {
  Duration by = {};
  friend bool operator==(const JumpWall&, const JumpWall&) = default;
};

using Action = std::variant<Drop, Delay, HoldUntil, Duplicate, Reorder, Corrupt, TruncateTo,
                            Unroutable, Nack, Requeue, Disconnect, Kill, Pause, BlockPublish,
                            DeleteQueue, RestartBroker, JumpWall>;

struct Rule {
  std::string id = {};
  On on = {};
  When when = {};
  Action action = {};
  friend bool operator==(const Rule&, const Rule&) = default;
};

using FaultPlan = std::vector<Rule>;

/// Why no real broker, network or process can do what this rule says; empty if one can.
[[nodiscard]] std::string validate(const Rule& rule);
[[nodiscard]] std::string validate(const Distribution& distribution);

[[nodiscard]] std::string_view to_string(Edge edge);
[[nodiscard]] std::string_view to_string(Hop hop);
/// Whether rules of this edge strike messages. Rules of the other edges strike at a time or an
/// event.
[[nodiscard]] bool is_message(Edge edge);
/// Whether the edge's messages have a body and go through queues: request, reply, heartbeat.
[[nodiscard]] bool has_body(Edge edge);
/// "drop", "delay", …: the key of the action in a scenario file.
[[nodiscard]] std::string_view name_of(const Action& action);

/// What it does to what it hits: Detail::loss of a drop.
[[nodiscard]] check::Detail nature_of(const Action& action);

/// What EventPattern::ev may say.
[[nodiscard]] std::span<const std::string_view> event_names();

/// Whether `op` ("ping#3") is one of those that `pattern` ("ping", "ping#*", "ping#3", "") names.
[[nodiscard]] bool matches_op(std::string_view pattern, std::string_view op);
/// Whether event `index` is one that `pattern` selects, apart from its `n`.
[[nodiscard]] bool matches(const EventPattern& pattern, const check::History& history,
                           check::EventIndex index);

/// Draws a time. Asks nothing for a constant.
[[nodiscard]] Duration draw(const Distribution& distribution, Decisions& decisions,
                            std::string_view name);

/// The time that this answer stands for.
[[nodiscard]] Duration duration_of(const Distribution& distribution, std::uint64_t answer);
/// The answer in this place, when answers are ordered by their times: the shortest is in place 0.
[[nodiscard]] std::uint64_t answer_in(const Distribution& distribution, std::uint64_t place);
[[nodiscard]] std::uint64_t place_of(const Distribution& distribution, std::uint64_t answer);

}  // namespace castaway::sim
