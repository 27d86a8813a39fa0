#pragma once
// Operation: what is known of one call, cast or other message while anything of it is left: its
// name, and its latest events, which are the causes of those to come.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/event.h"
#include "castaway/sim/execution_context.h"

namespace castaway::sim {

/// Where it became known.
enum class Origin : std::uint8_t {
  reported,  ///< its invocation was reported, by the library or from elsewhere
  by_hand,   ///< it is a message that the harness made
  wire,      ///< its request was seen on the wire, and nobody had reported it
};

/// A delivery for which no execution has been reported yet.
struct Waiting {
  enum class Is : std::uint8_t { delivered, acknowledged, settled };

  std::string process = {};
  check::EventIndex delivery = check::no_event;
  Is is = Is::delivered;
};

struct Operation {
  std::string name = {};     ///< "ping#3"
  std::uint64_t number = 0;  ///< operations are counted as they become known
  std::string method = {};   ///< empty if it is not known
  std::string topic = {};    ///< empty if nobody has told
  Origin origin = Origin::reported;
  check::OperationKind kind = check::OperationKind::none;
  std::string unique_id = {};
  std::string msg_id = {};                 ///< empty for a cast
  std::vector<std::string> ids = {};       ///< by which its messages are known
  std::vector<std::string> bare_ids = {};  ///< as its message has them: see Classifier
  std::string client = {};                 ///< the name of the process whose operation it is
  ProcessId process = 0;                   ///< whose operation it is
  TimePoint deadline = never;

  check::EventIndex invoke = check::no_event;
  check::EventIndex publish = check::no_event;
  check::EventIndex confirm = check::no_event;
  check::EventIndex deliver = check::no_event;
  check::EventIndex execute = check::no_event;
  check::EventIndex done = check::no_event;
  check::EventIndex reply = check::no_event;
  check::EventIndex reply_arrive = check::no_event;
  check::EventIndex complete = check::no_event;
  check::EventIndex latest = check::no_event;  ///< of all of them
  std::uint32_t requests = 0;
  std::uint32_t replies = 0;
  std::uint32_t heartbeats = 0;
  std::uint32_t idle_heartbeats = 0;  ///< sent although no execution runs
  std::uint32_t deliveries = 0;
  std::uint32_t executions = 0;
  std::vector<Waiting> waiting = {};  ///< in the order of their arrival

  /// Whether no execution of this delivery has been reported.
  [[nodiscard]] bool awaits(check::EventIndex delivery) const;
  /// The delivery that an execution by `process` began with, which waits no longer. If none waits
  /// there, its latest delivery to anybody; no_event if there was none. `settled` says that the
  /// execution waited until the broker had settled it.
  [[nodiscard]] check::EventIndex begin(std::string_view process, bool settled);
  /// Whether a delivery to `process` waits.
  [[nodiscard]] bool waits_in(std::string_view process) const;
  /// Forgets deliveries that came before this event.
  void forget_before(check::EventIndex first);
};

/// Whether an event comes before another. Numbers begin anew after 2^32 events.
[[nodiscard]] inline bool is_before(check::EventIndex one, check::EventIndex other) {
  return one == check::no_event || static_cast<std::int32_t>(one - other) < 0;
}

using OperationPtr = std::shared_ptr<Operation>;

}  // namespace castaway::sim
