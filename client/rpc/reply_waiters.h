#pragma once
// ReplyWaiters: the reply queue of a process, and who waits for what on it.
//
// A reply goes to the call with its _msg_id and to nobody else; one that nobody waits for is
// acknowledged and dropped. Source: oslo_messaging/_drivers/amqpdriver.py, ReplyWaiter and
// ReplyWaiters.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "castaway/envelope.h"
#include "castaway/guarded.h"
#include "castaway/observer.h"
#include "castaway/rpc_transport.h"

#include "connections/listener.h"

namespace castaway {

/// One call that waits. It can be woken by its reply, by the outcome of its request, and by the end
/// of the transport.
class PendingCall final {
 public:
  PendingCall(Runtime& runtime, Profile profile, bool monitored, std::shared_ptr<Signal> changed)
      : profile_(profile),
        monitored_(monitored),
        changed_(std::move(changed)),
        state_(runtime, "pending-call") {}

  struct State {
    std::optional<Reply> reply = {};             ///< the final one
    std::optional<Reply> partial = {};           ///< classic: a value that came without an ending
    std::optional<std::string> unreadable = {};  ///< why the reply makes no sense
    std::optional<TimePoint> heard = {};         ///< when the last heartbeat came
    bool over = false;  ///< no reply will come any more: the transport is closed
  };
  [[nodiscard]] State state() { return *state_.lock(); }

  /// The first reply that ends the call wins, readable or not; what comes later is dropped.
  void take(Reply reply, TimePoint now);
  void refuse(const std::string& why);
  void end();

  [[nodiscard]] Signal& changed() { return *changed_; }

 private:
  void take_as_strict(State& state, Reply reply, TimePoint now) const;
  void take_as_classic(State& state, Reply reply, TimePoint now) const;

  const Profile profile_;
  const bool monitored_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
};

class ReplyWaiters final {
 public:
  ReplyWaiters(Runtime& runtime, Transport& transport, const RPCTransportOptions& options,
               const Topology& topology, Observer& observer);

  [[nodiscard]] const std::string& reply_q() const { return reply_q_; }

  /// As Listener::wait_ready().
  /// Waits: until the reply queue is consumed, for the first time.
  Listener::Ready wait_ready(TimePoint deadline, std::optional<int> retry, std::string& why);

  /// Enters a call. False once closed.
  bool add(const std::string& msg_id, const std::shared_ptr<PendingCall>& call);
  void remove(const std::string& msg_id);
  [[nodiscard]] std::size_t size();

  void cleanup(TimePoint deadline);

 private:
  struct State {
    std::map<std::string, std::shared_ptr<PendingCall>> waiting = {};
    std::unique_ptr<Listener> listener = {};
    bool over = false;
  };
  void receive(const Taken& taken);
  [[nodiscard]] std::shared_ptr<PendingCall> find(const std::string& msg_id);

  Runtime& runtime_;
  Transport& transport_;
  const RPCTransportOptions& options_;
  const Topology& topology_;
  Observer& observer_;
  const std::string reply_q_;
  Guarded<State> state_;
};

}  // namespace castaway
