#pragma once
// Recorder: writes the history of a run. It listens to the library through Observers, and to the
// network and the fault engine.
//
// It knows which operation a message belongs to: an operation is named when its call() or cast() is
// entered, and its messages carry its unique_id or msg_id from then on.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/check/history.h"
#include "castaway/observer.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// What a publication is, as far as a history cares. Found without a full parse: see
/// Recorder::classify.
struct Classified {
  bool request = false;  ///< else a reply
  check::Symbol op = 0;  ///< 0 for a stranger's message
  check::Symbol method = 0;
  std::uint32_t attempt =
      0;  ///< which publication of this request, or of this operation's reply, from 1
  std::string name = {};  ///< "ping#3/request/1": the stem of all decisions about it
};

class Recorder final {
 public:
  explicit Recorder(FiberRuntime& runtime) : runtime_(runtime) {}

  /// The observer of process `actor`.
  [[nodiscard]] Observer& observer(const std::string& actor);

  /// The next operation that task `task` enters is called `op`. Others are called by method and
  /// number: "ping#0".
  void name_next(const std::string& task, std::string op);

  /// Whose message this is; counts the attempt.
  [[nodiscard]] Classified classify(const Publication& publication, const std::string& process);

  /// The operation of a unique_id or msg_id; 0 for a stranger's.
  [[nodiscard]] check::Symbol op_of(std::string_view id) const;

  // What the network saw. `actor` is a process, "broker" or a rule.
  check::EventIndex published(const Classified& message, const std::string& actor);
  check::EventIndex accepted(const Classified& message, std::size_t queues);
  check::EventIndex confirmed(const Classified& message, const std::string& actor, bool ack);
  check::EventIndex arrived(const Classified& message, const std::string& actor, bool redelivered);
  check::EventIndex settled(const Classified& message, const std::string& actor, bool ack,
                            bool requeue);
  check::EventIndex fault(const std::string& rule, check::Symbol op, const std::string& what);
  check::EventIndex link(const std::string& actor, const std::string& what);
  check::EventIndex process(const std::string& actor, const std::string& what);
  check::EventIndex note(const std::string& actor, const std::string& what);

  /// Called after each event. Must not record.
  void on_event(std::function<void(check::EventIndex)> listener) {
    listeners_.push_back(std::move(listener));
  }

  [[nodiscard]] check::History& history() { return history_; }
  [[nodiscard]] std::string_view text(check::Symbol symbol) const { return history_.text(symbol); }

  /// Nothing is recorded any more: the run is over, and what is left is being taken apart.
  void stop() { over_ = true; }

 private:
  class ProcessObserver;
  /// The latest events of one operation: causes of what comes next.
  struct Trail {
    check::OperationKind kind = check::OperationKind::none;
    check::EventIndex invoke = check::no_event;
    check::EventIndex publish = check::no_event;
    check::EventIndex accept = check::no_event;
    check::EventIndex confirm = check::no_event;
    check::EventIndex deliver = check::no_event;
    check::EventIndex execute = check::no_event;
    check::EventIndex done = check::no_event;
    check::EventIndex reply = check::no_event;
    check::EventIndex reply_accept = check::no_event;
    check::EventIndex reply_arrive = check::no_event;
    std::uint32_t requests = 0;
    std::uint32_t replies = 0;
    std::uint32_t deliveries = 0;
    std::uint32_t executions = 0;
    check::EventIndex fault = check::no_event;  ///< that made the next delivery a copy
  };

  check::EventIndex add(check::Event event);
  [[nodiscard]] Trail& trail(check::Symbol op);
  [[nodiscard]] check::Symbol find_op(const Publication& publication) const;
  [[nodiscard]] check::Symbol name_of(const Invocation& invocation);

  FiberRuntime& runtime_;
  check::History history_;
  std::map<std::string, std::unique_ptr<Observer>> observers_;
  std::map<std::string, std::string> next_names_;          ///< by task
  std::map<std::string, std::uint64_t> unnamed_;           ///< by method
  std::map<std::string, check::Symbol, std::less<>> ops_;  ///< by unique_id and by msg_id
  std::deque<Trail> trails_;  ///< by symbol of the operation; references stay good while it grows
  std::map<std::string, std::uint64_t> strangers_;  ///< by process
  std::vector<std::function<void(check::EventIndex)>> listeners_;
  bool over_ = false;
};

}  // namespace castaway::sim
