#pragma once
// FaultPlan: what goes wrong in a run, as values. A rule says where (on), which of them (when), and
// what happens (action).
//
// docs/faults.md has the table of what may happen where; `why_impossible` is that table as a
// function.

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

/// heartbeat: a reply that only says that its call is still worked on; no `reply` rule sees it.
/// claim: a strict server asks the claim store, and is answered.
/// broker: what happens to the broker as a whole.
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
/// duplicate: a copy that another rule made. redelivery: what comes back to its queue, given back
/// or left behind by a lost connection.
enum class Copy : std::uint8_t { original, duplicate, redelivery, any };

/// How long something takes: a constant, or drawn. Drawn in integers; answer 0 is the shortest of a
/// uniform, the median of the others.
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

/// Points at events of a history.
struct EventPattern {
  std::string ev =
      {};  ///< one of event_names(): an EventKind's name, or "complete" for any completion
  std::string op = {};      ///< "ping", "ping#3" or "ping#*"; any if empty
  std::string server = {};  ///< actor; any if empty
  std::string fault = {};   ///< of ev "fault": the rule
  std::string what = {};    ///< of ev "link" and "process": what became of it, as in "stopped"; of
                            ///< "error" the class of what was raised
  std::uint64_t n = 0;      ///< only the n-th such event, from 1; any if 0
  friend bool operator==(const EventPattern&, const EventPattern&) = default;
};

/// Which hand-overs a rule looks at; empty fields match everything.
struct On {
  Edge edge = Edge::request;
  Hop hop =
      Hop::deliver;     ///< of request and reply; an ack has only publish, a confirm only deliver
  std::string op = {};  ///< "ping", "ping#3" or "ping#*"
  std::string method = {};
  std::string from = {};  ///< the process that sends, or, on the link edge, whose link it is
  std::string to =
      {};  ///< the process that receives; on the deliver hop of a request: the queue's topic or
           ///< server is not known yet, so it names a process that consumes from the queue
  Copy copy = Copy::original;
  friend bool operator==(const On&, const On&) = default;
};

/// A rule that fires at a time fires again: `times` more, one each `every`.
struct Repeat {
  Duration every = {};
  std::uint64_t times = 1;
  friend bool operator==(const Repeat&, const Repeat&) = default;
};

/// Which of the hand-overs that match; all conditions that are given must hold. Without any:
/// always.
struct When {
  std::vector<std::uint64_t> nth = {};  ///< from 1, counted over matches of this rule
  std::uint64_t every = 0;
  std::optional<Ratio> prob = {};
  std::optional<std::pair<Ratio, Ratio>> burst =
      {};  ///< chances to enter and to leave the bad state, per match
  std::optional<std::pair<Duration, Duration>> window = {};  ///< of virtual time, half open
  std::optional<Duration> at = {};         ///< of link, process, broker and clock rules: fires then
  std::optional<Repeat> repeat = {};       ///< of a rule with `at`: fires again
  std::optional<EventPattern> after = {};  ///< of link, process, broker and clock rules: fires when
                                           ///< it happens; of others: only from then on
  std::uint64_t limit = 0;                 ///< fires at most so often; no limit if 0
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
/// overtake n: stands before up to n messages. window n: a decision of 0 to n - 1.
struct Reorder {
  std::uint64_t window = 0;
  std::uint64_t overtake = 0;
  friend bool operator==(const Reorder&, const Reorder&) = default;
};
/// Cuts all connections of a process. half_open: nobody is told; then either the bytes held back
/// arrive in order, or it is reset. On the edge of a message it hits the process whose connection
/// carries it, while it is on its way or once it has arrived.
struct Disconnect {
  std::string who = {};  ///< a process; whoever the matched hand-over belongs to if empty
  Duration for_ = {};    ///< new connections are refused for so long
  bool half_open = false;
  enum class Way : std::uint8_t {
    both,
    to_broker,
    from_broker
  } way = Way::both;  ///< half open: which way nothing gets through; a partition may be one-way
  enum class Then : std::uint8_t { reset, flush } then = Then::reset;
  enum class Frame : std::uint8_t {
    lost,
    arrives
  } frame = Frame::lost;  ///< of a message: whether it is lost with the connection
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
/// Flips up to so many bits of the body, in the value of `field` alone if it is given.
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
/// The broker has no queue for it, as if the binding were gone for a moment.
struct Unroutable {
  friend bool operator==(const Unroutable&, const Unroutable&) = default;
};
/// The broker refuses it with basic.nack, and puts it into no queue.
/// Source: rabbitmq.com/docs/confirms: a nack when the process of a queue failed, or the queue is
/// full.
struct Nack {
  friend bool operator==(const Nack&, const Nack&) = default;
};
/// As if a consumer had had it and given it back: it is flagged as redelivered.
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
  /// What was settled in these last moments is in durable queues again: it was not on disk yet.
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

/// Why this rule describes nothing that a real broker, network or process can do; empty if it does.
[[nodiscard]] std::string why_impossible(const Rule& rule);
[[nodiscard]] std::string why_impossible(const Distribution& distribution);

[[nodiscard]] std::string_view to_string(Edge edge);
[[nodiscard]] std::string_view to_string(Hop hop);
/// Whether rules of this edge look at messages; those of the others have a moment of their own.
[[nodiscard]] bool is_message(Edge edge);
/// Requests, replies and heartbeats: what has a body and stands in queues.
[[nodiscard]] bool has_body(Edge edge);
/// "drop", "delay", …: the key of the action in a scenario file.
[[nodiscard]] std::string_view name_of(const Action& action);

/// What EventPattern::ev may say.
[[nodiscard]] std::span<const std::string_view> event_names();

/// Whether `op` ("ping#3") is one of those that `pattern` ("ping", "ping#*", "ping#3", "") names.
[[nodiscard]] bool matches_op(std::string_view pattern, std::string_view op);
/// Whether event `index` is one that `pattern` points at, its `n` left aside.
[[nodiscard]] bool matches(const EventPattern& pattern, const check::History& history,
                           check::EventIndex index);

/// How long it takes this time. Asks nothing for a constant.
[[nodiscard]] Duration draw(const Distribution& distribution, Decisions& decisions,
                            std::string_view name);

/// What a draw that was answered so comes to.
[[nodiscard]] Duration duration_of(const Distribution& distribution, std::uint64_t answer);
/// The same answers in the order of what they come to: the shortest is in place 0.
[[nodiscard]] std::uint64_t answer_in(const Distribution& distribution, std::uint64_t place);
[[nodiscard]] std::uint64_t place_of(const Distribution& distribution, std::uint64_t answer);

}  // namespace castaway::sim
