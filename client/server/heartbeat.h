#pragma once
// Heartbeat: tells the caller of a monitored call that its method still runs.
//
// A beat is a reply without a value that does not end the call. Beats cover only the execution:
// until a worker takes a request it is not decoded, so whether it is monitored is unknown. AMQP's
// own heartbeats are in client/rabbit/link.h. Source: oslo_messaging/rpc/dispatcher.py,
// RPCDispatcher._watchdog.

#include <functional>
#include <memory>
#include <optional>

#include "castaway/envelope.h"
#include "castaway/guarded.h"
#include "castaway/rpc_transport.h"
#include "castaway/runtime.h"

namespace castaway {

/// Beats until it is destroyed.
class Heartbeat {
 public:
  virtual ~Heartbeat() = default;
  /// It has given up.
  [[nodiscard]] virtual bool over() = 0;
};

/// How often to beat for this request; nothing if it is not to be.
///
/// classic halves whole seconds, and refuses what is below one then. strict beats three times in
/// each call_monitor_timeout, so that one beat may get lost; every 10 ms at most.
[[nodiscard]] std::optional<Duration> heartbeat_period(const Request& request, Profile profile);

/// A heartbeat with a task of its own, which ends when `beat` returns false. Destroying it joins
/// that task: so a beat that waits also holds up who wants to stop it.
class TaskHeartbeat final : public Heartbeat {
 public:
  TaskHeartbeat(Runtime& runtime, Duration period, std::function<bool()> beat);
  ~TaskHeartbeat() override;
  TaskHeartbeat(const TaskHeartbeat&) = delete;
  TaskHeartbeat& operator=(const TaskHeartbeat&) = delete;

  [[nodiscard]] bool over() override { return state_.lock()->over; }

 private:
  struct State {
    bool stopped = false;
    bool over = false;
  };
  void keep_beating();
  /// False when stopped.
  /// Waits: for one period.
  bool pause();

  Runtime& runtime_;
  const Duration period_;
  const std::function<bool()> beat_;
  std::unique_ptr<Signal> stopping_;
  Guarded<State> state_;
  std::unique_ptr<Task> task_;
};

}  // namespace castaway
