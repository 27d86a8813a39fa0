#pragma once
// Network: the simulated network between the library's connections and the broker. It adds latency,
// keeps order, and does to frames and links what the fault plan says.
//
// A connection keeps its order, as TCP does: a delayed frame holds up those behind it, and a lost
// frame takes all later frames of its direction with it until the link is reset. The network also
// decides what happens to a message in a queue, before a consumer is chosen (QueueFaults).
// Source: AMQP 0-9-1, 4.7: messages of one channel, exchange and queue keep their order.

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "castaway/sim/broker.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"
#include "castaway/transport.h"

namespace castaway::sim {

struct NetworkSettings {
  Distribution latency = {.a = 500us};  ///< of each hop
  bool any_order = false;               ///< queues deliver in the order in which latencies run out
  /// How long a silent direction goes unnoticed; the link is then reset.
  Duration heartbeat_timeout = 60s;
  Duration connect_timeout = 5s;  ///< how long an attempt waits for an answer that never comes
  TimePoint quiet = never;        ///< from then on what was broken works, and nothing is late
};

class Network final : private BrokerOutput, private QueueFaults {
 public:
  Network(NetworkSettings settings, Scheduler& scheduler, Decisions& decisions,
          FiberRuntime& runtime, Recorder& recorder);
  ~Network() override;

  /// Sets the fault engine, which is made after the network because it acts on it.
  void use(FaultEngine& faults);

  /// Connects process `process`; `id` is its incarnation.
  [[nodiscard]] std::unique_ptr<Connection> connect(ProcessId id, const std::string& process,
                                                    Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events);

  /// Cuts all connections of a process; new ones are refused, or hang if half open, until the cut
  /// is over.
  void disconnect(const Disconnect& how, const std::string& process);
  /// For this long, the broker reads nothing from connections that publish.
  void block_publish(Duration for_);
  /// Takes the broker down, and every connection with it; new ones are refused until it is back.
  /// Returns how many messages the broker has forgotten to be settled; `cause` becomes the cause of
  /// their deliveries.
  std::size_t restart_broker(const RestartBroker& how, check::EventIndex cause);
  [[nodiscard]] bool broker_is_up() const { return down_until_ <= scheduler_.now(); }
  /// Hands the broker a message as if it had just arrived from another program. It is lost if the
  /// broker is down.
  void inject(const Injection& made, Publication publication);
  /// The queues that get a client's replies; none before its first call.
  [[nodiscard]] std::vector<std::string> reply_queues(const std::string& client) const;
  /// The event of a delivery that is not settled; no_event if none is known.
  [[nodiscard]] check::EventIndex unsettled() const;
  /// The process is gone: what it has sent still arrives, and then the broker notices. It receives
  /// nothing more.
  void sever(ProcessId id);
  /// The run is over: connections that are destroyed from now on do nothing.
  void stop() { over_ = true; }

  /// Whether nothing is left to happen in the whole world, except that queues and messages expire.
  [[nodiscard]] bool idle() const { return scheduler_.empty_but_for(wake_); }

  [[nodiscard]] Broker& broker() { return broker_; }

 private:
  struct Link;
  class SimConnection;
  struct Direction;
  struct Held;
  /// What the network knows about a message that the broker has.
  struct Carried {
    Classified what = {};
    std::string from = {};                         ///< the process
    check::EventIndex accepted = check::no_event;  ///< or the fault by which it was refused
  };
  /// An ack or a reject.
  struct Settlement {
    std::uint64_t delivery_tag = 0;
    bool ack = true;
    bool flag = false;  ///< of an ack: multiple; of a reject: requeue
  };
  /// Puts a frame on its way; `act` runs when it arrives.
  void send(Direction& direction, Duration latency, std::function<void()> act);
  /// The same, with what its fate does to it.
  void send(Direction& direction, Duration latency, const FrameFate& fate,
            std::function<void()> act);
  /// Schedules the arrival of the next frame of this direction.
  void expect(Direction& direction, TimePoint when, std::uint64_t epoch);
  void arrive(Direction& direction, std::uint64_t epoch);
  /// See BreakableLink.
  static void stall(Direction& direction);
  void resume(Direction& direction);
  void open(Link& link);
  /// Says that the running event is one that the tie of `direction` orders.
  void runs_for(const Direction& direction);
  void publish(Link& link, std::uint64_t tag, Publication publication);
  void settle(Link& link, const Settlement& settlement);
  /// The link breaks: nothing in flight arrives, and both ends notice.
  void reset(Link& link, const std::string& why);
  /// The library's end is gone.
  void abandon(Link& link);
  void finish(Link& link, const Closed& closed);
  /// Null if the broker does not know it.
  [[nodiscard]] Link* find(ConnectionId id) const;
  /// The latency of a named hand-over, and of one without a name.
  [[nodiscard]] Duration latency(const std::string& name);
  [[nodiscard]] Duration base_latency() const { return settings_.latency.a; }
  /// The delay in which one other message, or confirm, passes: a task that waits for each confirm
  /// sends once in a round trip.
  [[nodiscard]] Duration one_place() const { return 2 * base_latency() + 1us; }
  [[nodiscard]] FrameFate fate_of(const HandOver& hand_over);
  /// No later than `quiet`, if that is yet to come.
  [[nodiscard]] TimePoint before_quiet(TimePoint when) const;
  /// The publication with its body damaged; nothing if this rule does not damage it.
  [[nodiscard]] std::optional<Publication> damaged(const Rule& rule, const Classified& what,
                                                   const Publication& publication,
                                                   const std::string& name);

  // BrokerOutput
  void completed(ConnectionId to, RequestNumber request) override;
  void confirmed(ConnectionId to, std::uint64_t tag, bool multiple, bool ack,
                 MessageId message) override;
  void returned(ConnectionId to, Returned returned) override;
  void deliver(ConnectionId to, BrokerDelivery delivery) override;
  void cancelled(ConnectionId to, const std::string& consumer_tag) override;
  void blocked(ConnectionId to, const std::string& reason) override;
  void unblocked(ConnectionId to) override;
  void closed(ConnectionId to, Closed closed) override;
  void accepted(ConnectionId from, MessageId message, const Publication& publication,
                std::size_t queues) override;
  void settled(ConnectionId from, MessageId message, std::uint32_t copy, bool ack,
               bool requeue) override;
  void wake_at(TimePoint when) override;
  // QueueFaults
  std::vector<Placement> place(MessageId message, const std::string& queue,
                               const Publication& publication, TimePoint now) override;
  std::optional<Placement> take_back(const Returning& copy, const std::string& queue,
                                     const Publication& publication, TimePoint now) override;
  bool is_unroutable(MessageId message) override;
  bool is_refused(MessageId message) override;
  [[nodiscard]] HandOver in_queue(const Carried& carried, const std::string& queue,
                                  const std::string& stem) const;
  /// Applies the fate that a rule has for one copy in its queue. False if that loses it.
  [[nodiscard]] bool apply(const Fate& fate, const Rule& rule, const std::string& name,
                           MessageId message, const Publication& publication, Placement& placement);
  void apply_to(const Firing& firing, const std::string& stem, MessageId message,
                const Publication& publication, std::vector<Placement>& copies,
                std::uint32_t number);
  void duplicate(const Duplicate& how, check::EventIndex fault, MessageId message,
                 std::vector<Placement>& copies, const Placement& original);
  [[nodiscard]] std::string queue_label(const std::string& queue) const;

  const NetworkSettings settings_;
  Scheduler& scheduler_;
  Decisions& decisions_;
  FiberRuntime& runtime_;
  Recorder& recorder_;
  FaultEngine* faults_ = nullptr;
  TieConflicts* const tie_conflicts_;  ///< null unless the strategy asks for it
  Broker broker_;
  std::list<Link> all_links_;  ///< including those that are over
  std::vector<Link*> links_;   ///< the open ones, in the order in which they were made
  std::map<ConnectionId, Link*> by_broker_id_;     ///< those that the broker knows
  std::map<std::string, std::uint64_t> connects_;  ///< by process: how many connections it has made
  /// By process: until when it is cut off, and whether half open.
  std::map<std::string, std::pair<TimePoint, bool>> cut_until_;
  /// By queue: the processes that consume from it.
  std::map<std::string, std::set<std::string>> consumers_;
  std::map<MessageId, Carried> carried_;
  /// By copy: the fault that made it, or brought it back.
  std::map<std::pair<MessageId, std::uint32_t>, check::EventIndex> copied_by_;
  std::set<MessageId> unroutable_;                  ///< on their way to the broker
  std::map<MessageId, check::EventIndex> refused_;  ///< on their way too, and by which fault
  check::EventIndex settling_ = check::no_event;    ///< the delivery that is being settled
  TimePoint down_until_ = {};                       ///< the broker
  TimePoint blocked_until_ = {};                    ///< publishers
  MessageId last_message_ = 0;
  Scheduler::EventId wake_ = 0;  ///< the broker's
  bool over_ = false;
};

/// The capabilities of every transport to the simulated broker.
[[nodiscard]] Capabilities simulated_capabilities();

/// The Transport of one incarnation of a simulated process.
class SimTransport final : public Transport {
 public:
  SimTransport(Network& network, ProcessId id, std::string process)
      : network_(network), id_(id), process_(std::move(process)) {}
  [[nodiscard]] std::unique_ptr<Connection> connect(Purpose purpose, const std::string& name,
                                                    ConnectionEvents& events) override {
    return network_.connect(id_, process_, purpose, name, events);
  }
  [[nodiscard]] Capabilities capabilities() const override { return simulated_capabilities(); }

 private:
  Network& network_;
  ProcessId id_;
  std::string process_;
};

}  // namespace castaway::sim
