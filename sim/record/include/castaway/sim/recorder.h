#pragma once
// Recorder: writes the history of a run. The network and the fault engine tell it what they saw;
// what only the processes know comes as reports.
//
// It is made of a Classifier, which says whose a message is, Reports of what the processes did, and
// an EventSink, which keeps the events.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/amqp/message.h"
#include "castaway/check/history.h"
#include "castaway/observer.h"
#include "castaway/sim/classifier.h"
#include "castaway/sim/event_sink.h"
#include "castaway/sim/execution_context.h"
#include "castaway/sim/reports.h"
#include "castaway/sim/told.h"

namespace castaway::sim {

/// A message made by hand, not by the library.
struct Injection {
  std::string name = {};
  std::string by = {};                ///< the process that hands it to the broker
  bool request = false;               ///< else a reply
  std::string answers = {};           ///< of a reply: the call that it names; empty if none
  std::vector<std::string> ids = {};  ///< of a request: its own ids
};

class Recorder final {
 public:
  explicit Recorder(const ExecutionContext& context);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// The observer of process `actor`, for our library.
  [[nodiscard]] Observer& observer(const std::string& actor);
  /// For what others say of their operations and executions.
  [[nodiscard]] Reports& reports() { return reports_; }
  [[nodiscard]] Classifier& classifier() { return classifier_; }
  [[nodiscard]] EventSink& sink() { return sink_; }
  [[nodiscard]] check::History& history() { return sink_.history(); }

  /// The ids that an operation's messages carry; empty if it was not invoked yet. A cast has no
  /// msg_id.
  [[nodiscard]] std::string unique_id_of(std::string_view op) const;
  [[nodiscard]] std::string msg_id_of(std::string_view op) const;

  /// Records a message made by hand. What it leads to counts as its own, or as that of the
  /// operation whose ids it has.
  [[nodiscard]] Classified inject(const Injection& made, std::string_view body);

  // What the network saw. `actor` is a process, "broker" or a rule; `cause` the event that led to
  // it.
  check::EventIndex published(const Classified& message, std::string_view actor);
  check::EventIndex accepted(const Classified& message, std::size_t queues);
  check::EventIndex confirmed(const Classified& message, std::string_view actor, bool ack,
                              check::EventIndex cause);
  check::EventIndex arrived(const Classified& message, std::string_view actor, bool redelivered,
                            check::EventIndex cause);
  /// The process has acknowledged or rejected a delivery. The broker does not know it yet.
  void answered(const Classified& message, check::EventIndex delivery, bool ack);
  check::EventIndex settled(const Classified& message, std::string_view actor, bool ack,
                            bool requeue, check::EventIndex cause);
  /// The broker has dropped a message from `queue`: `why` as a Broker says it. Recorded as a note,
  /// because no law reads it.
  check::EventIndex dropped(const Classified& message, const std::string& queue,
                            std::string_view why, check::EventIndex cause);
  /// The claim store has answered `asker`. Recorded as a note: a law asks only why a request was
  /// not run.
  check::EventIndex claimed(std::string_view op, std::string_view asker, bool granted);
  /// `op` is the name of the operation that it hits; empty if it hits none. `told` has the action's
  /// name, and its nature as detail.
  check::EventIndex fault(std::string_view rule, check::Edge edge, std::string_view op,
                          const Told& told, check::EventIndex cause = check::no_event);
  check::EventIndex link(std::string_view actor, const Told& told,
                         check::EventIndex cause = check::no_event);
  check::EventIndex process(std::string_view actor, const Told& told,
                            check::EventIndex cause = check::no_event);
  check::EventIndex note(std::string_view actor, const Told& told);
  /// Records what the library and the broker have left at the end of a run. An operation whose
  /// deadline is not before `limit` is not residue. `delivery` is the first of the `unacknowledged`
  /// ones, if it is known. `queued` messages lie in queues that somebody consumes from.
  void residue(std::size_t unacknowledged, check::EventIndex delivery, std::size_t queued,
               TimePoint limit);

  /// Records that a client goes while calls of it still wait; nothing if `count` is 0.
  void waiting_calls(std::string_view process, std::size_t count);
  /// Records that a client goes and has not settled so many replies, the first of which came with
  /// event `first`; nothing if `count` is 0.
  void unsettled_replies(std::string_view process, std::size_t count, check::EventIndex first);

  /// Records nothing from now on: the run is over, and its world is being taken apart.
  void stop() { sink_.stop(); }

 private:
  /// Recorded as a note, because no law reads heartbeats.
  check::EventIndex heartbeat(const Classified& message, std::string_view actor,
                              check::Detail detail, check::EventIndex cause);
  /// An event of this kind with what `told` says.
  [[nodiscard]] check::Event event_of(check::EventKind kind, std::string_view actor,
                                      const Told& told);
  void left(check::Detail what, std::size_t count, check::EventIndex first);

  const ExecutionContext& context_;
  EventSink sink_;
  Classifier classifier_;
  Reports reports_{sink_, classifier_};
  std::map<std::string, std::unique_ptr<Observer>> observers_;  ///< by process
};

}  // namespace castaway::sim
