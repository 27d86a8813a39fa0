#pragma once
// Recorder: writes the history of a run. The library tells it through Observers; the network and
// the fault engine tell it directly.
//
// It knows which operation a message belongs to: an operation is named when its call() or cast() is
// entered, and its messages carry its unique_id or msg_id from then on.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/amqp/message.h"
#include "castaway/check/history.h"
#include "castaway/observer.h"
#include "castaway/sim/execution_context.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// What a history needs to know about a publication. Found without a full parse: see
/// Recorder::classify.
struct Classified {
  bool request = false;    ///< else a reply
  bool heartbeat = false;  ///< a reply that only says that its call is still running
  check::Symbol op = 0;    ///< 0 for another program's message
  check::Symbol method = 0;
  /// Which request, reply or heartbeat of its operation this is, from 1.
  std::uint32_t attempt = 0;
  std::string name = {};  ///< "ping#3/request/1": the stem of all decisions about it
};

/// A message made by hand, not by the library.
struct Injection {
  std::string name = {};
  std::string by = {};                ///< the process that hands it to the broker
  bool request = false;               ///< else a reply
  std::string answers = {};           ///< of a reply: the call that it names; empty if none
  std::vector<std::string> ids = {};  ///< of a request: its own ids
};

/// What an event of a process, a connection or a note says.
struct Told {
  check::Detail detail = check::Detail::none;
  std::string_view name = {};
  Duration length = {};
  std::string_view text = {};
};

class Recorder final {
 public:
  explicit Recorder(const ExecutionContext& context) : context_(context) {}

  /// The observer of process `actor`.
  [[nodiscard]] Observer& observer(const std::string& actor);

  /// Names the next operation of task `task` `op`. Others are named by method and number: "ping#0".
  void name_next(const std::string& task, std::string op);

  /// Says which operation this message belongs to; counts the attempt.
  [[nodiscard]] Classified classify(const amqp::Publication& publication,
                                    const std::string& process);
  /// The same of what a Transport is to publish.
  [[nodiscard]] Classified classify(const Publication& publication, const std::string& process);

  /// From now on the ids in `body`, damaged or not, are this message's too.
  void damaged(const Classified& message, std::string_view body);

  /// The ids that an operation's messages carry; empty if it was not invoked yet, or is a cast.
  [[nodiscard]] std::string unique_id_of(std::string_view op);
  [[nodiscard]] std::string msg_id_of(std::string_view op);

  /// Records a message made by hand. What it leads to counts as its own, or as that of the
  /// operation whose ids it has.
  [[nodiscard]] Classified inject(const Injection& made, std::string_view body);

  /// The operation of a unique_id or msg_id; 0 if it is another program's.
  [[nodiscard]] check::Symbol op_of(std::string_view id) const;

  /// The method that the operation asks for; 0 if it is another program's.
  [[nodiscard]] check::Symbol method_of(check::Symbol op) const;

  // What the network saw. `actor` is a process, "broker" or a rule; `cause` the event that led to
  // it.
  check::EventIndex published(const Classified& message, const std::string& actor);
  check::EventIndex accepted(const Classified& message, std::size_t queues);
  check::EventIndex confirmed(const Classified& message, const std::string& actor, bool ack,
                              check::EventIndex cause);
  check::EventIndex arrived(const Classified& message, const std::string& actor, bool redelivered,
                            check::EventIndex cause);
  /// The running task has acknowledged a delivery, which it or another task will execute.
  void taken(const Classified& message, const std::string& actor, check::EventIndex delivery);
  check::EventIndex settled(const Classified& message, const std::string& actor, bool ack,
                            bool requeue, check::EventIndex cause);
  /// The claim store has answered `asker`. Recorded as a note, because no law asks who may run
  /// what.
  check::EventIndex claimed(check::Symbol op, const std::string& asker, bool granted);
  /// `told` has the action's name, and its nature as detail.
  check::EventIndex fault(const std::string& rule, check::Symbol op, const Told& told,
                          check::EventIndex cause = check::no_event);
  check::EventIndex link(const std::string& actor, const Told& told,
                         check::EventIndex cause = check::no_event);
  check::EventIndex process(const std::string& actor, const Told& told,
                            check::EventIndex cause = check::no_event);
  check::EventIndex note(const std::string& actor, const Told& told);
  /// Records what the library and the broker have left at the end of a run. An operation whose
  /// deadline is not before `limit` is not residue. `delivery` is the first of the `unacknowledged`
  /// ones, if it is known.
  void residue(std::size_t unacknowledged, check::EventIndex delivery, TimePoint limit);

  /// Calls `listener` after each event. It must not record.
  void on_event(std::function<void(check::EventIndex)> listener) {
    listeners_.push_back(std::move(listener));
  }

  [[nodiscard]] check::History& history() { return history_; }
  [[nodiscard]] std::string_view text(check::Symbol symbol) const { return history_.text(symbol); }

  /// Records nothing from now on: the run is over, and its world is being taken apart.
  void stop() { over_ = true; }

 private:
  class ProcessObserver;
  /// The latest events of one operation: causes of what comes next.
  struct Trail {
    check::OperationKind kind = check::OperationKind::none;
    const std::string* unique_id = nullptr;  ///< a key of ops_
    const std::string* msg_id = nullptr;     ///< as well
    ProcessId process = 0;                   ///< whose operation it is
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
    check::EventIndex complete = check::no_event;
    std::uint32_t requests = 0;
    std::uint32_t replies = 0;
    std::uint32_t heartbeats = 0;
    std::uint32_t idle_heartbeats = 0;  ///< sent although no execution runs
    std::uint32_t deliveries = 0;
    std::uint32_t executions = 0;
  };

  check::EventIndex add(check::Event event);
  [[nodiscard]] Trail& trail(check::Symbol op);
  /// The request that the running task of `actor` executes, if it was made by hand and has no known
  /// id; else 0.
  [[nodiscard]] check::Symbol nameless_op(check::Symbol actor) const;
  /// The delivery that the running task of `actor` executes.
  [[nodiscard]] check::EventIndex delivery_of(check::Symbol op, check::Symbol actor);
  /// Recorded as a note, because no law reads heartbeats.
  check::EventIndex heartbeat(const Classified& message, const std::string& actor,
                              check::Detail detail, check::EventIndex cause);
  /// An event of this kind with what `told` says.
  [[nodiscard]] check::Event event_of(check::EventKind kind, const std::string& actor,
                                      const Told& told);
  void left(check::Detail what, std::size_t count, check::EventIndex first);
  [[nodiscard]] check::Symbol find_op(std::string_view body) const;
  /// What tells whose a message is.
  struct Seen {
    std::string_view exchange = {};
    std::string_view routing_key = {};
    std::string_view body = {};
    std::string_view process = {};
  };
  /// `is_heartbeat` reads the whole message: asked only where that may be.
  [[nodiscard]] Classified classify(const Seen& seen, const std::function<bool()>& is_heartbeat);
  /// The n-th message of a process that says the same to the same place, ids apart.
  [[nodiscard]] std::string name_of_stranger(const Seen& seen);
  [[nodiscard]] check::Symbol name_of(const Invocation& invocation);

  const ExecutionContext& context_;
  check::History history_;
  std::map<std::string, std::unique_ptr<Observer>> observers_;
  std::map<std::string, std::string> next_names_;          ///< by task
  std::map<std::string, std::uint64_t> unnamed_;           ///< by method
  std::map<std::string, check::Symbol, std::less<>> ops_;  ///< by unique_id and by msg_id
  std::deque<Trail> trails_;  ///< by symbol of the operation; references stay good while it grows
  std::map<std::string, std::uint64_t> strangers_;  ///< by what they say, and where
  std::set<check::Symbol> nameless_;                ///< requests made by hand that have no id
  std::set<std::string, std::less<>>
      odd_ids_;  ///< of messages made by hand, and not like the library's
  /// Deliveries that were acknowledged and not executed yet: by operation, and by task or server.
  std::map<std::pair<check::Symbol, std::string>, check::EventIndex> taken_;
  std::map<std::pair<check::Symbol, check::Symbol>, std::deque<check::EventIndex>> waiting_;
  std::vector<std::function<void(check::EventIndex)>> listeners_;
  bool over_ = false;
};

}  // namespace castaway::sim
