#pragma once
// Reports: what processes say of their operations and executions, which the wire does not show.
// Everybody may report, in the same words: an observer of our library, or a program elsewhere that
// knows nothing but its own name and the ids of its messages.
//
// A report finds its operation by name or by an id, as the message has it. An execution that names
// neither belongs to the delivery that has waited longest in that process, of those whose messages
// have no ids.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "castaway/check/event.h"
#include "castaway/error.h"
#include "castaway/sim/classifier.h"
#include "castaway/sim/event_sink.h"

namespace castaway::sim {

/// Which operation a report is about. What is empty is not known.
struct OperationRef {
  std::string_view op = {};                  ///< its name
  std::array<std::string_view, 2> ids = {};  ///< of its messages; the first that is known counts
};

struct InvokeReport {
  std::string_view op = {};  ///< its name: no other operation's
  std::string_view unique_id = {};
  std::string_view msg_id = {};  ///< empty for a cast
  std::string_view task = {};    ///< calls of one task are ordered
  check::OperationKind kind = check::OperationKind::none;
  std::string_view method = {};
  std::string_view topic = {};
  std::string_view exchange = {};          ///< empty if it is the usual one
  std::uint64_t digest = 0;                ///< of method and arguments
  TimePoint deadline = never;              ///< when it must have completed
  Duration monitor = {};                   ///< its call_monitor_timeout; 0 if it has none
  std::optional<std::int32_t> retry = {};  ///< how often it may try again; negative: for ever
  ProcessId process = 0;                   ///< 0 if it is none of the runtime's
};

struct ExecuteReport {
  OperationRef of = {};
  std::uint64_t run = 0;  ///< a number of this execution, of all those of its process
  /// It waited until the broker had settled its delivery. Most servers do not.
  bool settled = false;
  std::string_view method = {};
  std::uint64_t digest = 0;  ///< of method and arguments
};

struct DoneReport {
  OperationRef of = {};  ///< needed only for a run that was not reported to begin
  std::uint64_t run = 0;
  bool error = false;
  std::uint64_t digest = 0;  ///< of the value or the error
};

struct RefuseReport {
  OperationRef of = {};
  bool settled = false;              ///< as of an execution
  std::string_view class_name = {};  ///< of the error
};

struct CompleteReport {
  OperationRef of = {};
  check::EventKind outcome = check::EventKind::returned;  ///< or error, timeout, failure
  bool answered = false;     ///< of returned: by a reply, and not by the broker
  std::uint64_t digest = 0;  ///< of the value or the error
  /// Of an error: "OutOfStock" in a RemoteError, "OutOfStock_Remote" if it is thrown as its type.
  std::string_view class_name = {};
  Effect effect = Effect::unknown;  ///< of timeout and failure
  std::string_view text = {};       ///< as well
};

class Reports final {
 public:
  Reports(EventSink& sink, Classifier& classifier) : sink_(sink), classifier_(classifier) {}

  // `process` says so.
  void invoked(std::string_view process, const InvokeReport& report);
  void executing(std::string_view process, const ExecuteReport& report);
  void executed(std::string_view process, const DoneReport& report);
  /// It executed nothing: there is no such method, or the request makes no sense.
  void refused(std::string_view process, const RefuseReport& report);
  void completed(std::string_view process, const CompleteReport& report);

  // What the network saw, without which an execution would have no cause.
  void arrived(const OperationPtr& op, std::string_view process, check::EventIndex delivery);
  /// The process has acknowledged a delivery, or the broker has settled it.
  static void is(Waiting::Is now, const OperationPtr& op, check::EventIndex delivery);
  /// The process has given a delivery back, and will not execute it.
  static void given_back(const OperationPtr& op, check::EventIndex delivery);

  /// Forgets executions that began before `first` and deliveries that came before it.
  void forget_before(check::EventIndex first);

 private:
  struct Running {
    OperationPtr op = {};
    std::uint32_t copy = 0;  ///< which execution of it
    check::EventIndex execute = check::no_event;
  };
  struct Nameless {
    OperationPtr op = {};
    check::EventIndex delivery = check::no_event;
  };

  /// Null if it is not known.
  [[nodiscard]] OperationPtr find(const OperationRef& of, std::string_view process) const;
  /// The same. If the report names nothing, the one whose delivery has waited longest.
  [[nodiscard]] OperationPtr find_executed(const OperationRef& of, std::string_view process);

  EventSink& sink_;
  Classifier& classifier_;
  std::map<std::pair<std::string, std::uint64_t>, Running> running_;  ///< by process and run
  /// By process: deliveries of messages without ids.
  std::map<std::string, std::deque<Nameless>, std::less<>> nameless_;
};

}  // namespace castaway::sim
