#pragma once
// FaultConditions: where and when a rule of a fault plan strikes: On and When, and what these are
// made of. Actions use them too: a Delay has a Distribution, a HoldUntil an EventPattern.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/sim/decisions.h"
#include "castaway/time.h"

namespace castaway::sim {

/// Where a rule strikes. No `reply` rule sees a heartbeat.
using check::Edge;
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
  std::string topic = {};     ///< of a request on its publish hop: to whose servers it goes
  std::string exchange = {};  ///< and the exchange that it is published to
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

/// Why there is no such distribution; empty if there is.
[[nodiscard]] std::string validate(const Distribution& distribution);

using check::to_string;
[[nodiscard]] std::string_view to_string(Hop hop);
/// Whether rules of this edge strike messages. Rules of the other edges strike at a time or an
/// event.
[[nodiscard]] bool is_message(Edge edge);
/// Whether the edge's messages have a body and go through queues: request, reply, heartbeat.
[[nodiscard]] bool has_body(Edge edge);

/// What EventPattern::ev may say.
[[nodiscard]] std::span<const std::string_view> event_names();

/// Whether `op` ("ping#3") is one of those that `pattern` ("ping", "ping#*", "ping#3", "") names.
[[nodiscard]] bool matches_op(std::string_view pattern, std::string_view op);
/// Whether `event`, of this history, is one that `pattern` selects, apart from its `n`.
[[nodiscard]] bool matches(const EventPattern& pattern, const check::History& history,
                           const check::Event& event);

/// Draws a time. Asks nothing for a constant.
[[nodiscard]] Duration draw(const Distribution& distribution, Decisions& decisions,
                            std::string_view name);

/// The time that this answer stands for.
[[nodiscard]] Duration duration_of(const Distribution& distribution, std::uint64_t answer);
/// The answer in this place, when answers are ordered by their times: the shortest is in place 0.
[[nodiscard]] std::uint64_t answer_in(const Distribution& distribution, std::uint64_t place);
[[nodiscard]] std::uint64_t place_of(const Distribution& distribution, std::uint64_t answer);

}  // namespace castaway::sim
