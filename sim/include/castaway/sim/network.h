#pragma once
// Network: the simulated network between clients and the broker. It adds latency, keeps order, and
// does to frames and links what the fault plan says.
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
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"
#include "castaway/sim/client_end.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

struct NetworkSettings {
  Distribution latency = {.a = 500us};  ///< of each hop
  bool any_order = false;               ///< queues deliver in the order in which latencies run out
  /// How long a silent direction goes unnoticed; the link is then reset. The broker, which looks so
  /// often, has to miss two beats of a client.
  Duration heartbeat_timeout = 60s;
  Duration connect_timeout = 5s;  ///< how long an attempt waits for an answer that never comes
  ConsumerTimeout consumer_timeout = {};
  std::uint64_t nodes = 1;  ///< of the broker. A process begins at one, and goes on to the next
  TimePoint quiet = never;  ///< from then on what was broken works, and nothing is late
};

class Network final : private BrokerOutput, private QueueFaults {
 public:
  Network(NetworkSettings settings, Scheduler& scheduler, Decisions& decisions,
          FiberRuntime& runtime, Recorder& recorder);
  ~Network() override;

  /// Sets the fault engine, which is made after the network because it acts on it.
  void use(FaultEngine& faults);

  /// Connects a process. `events` must outlive what is returned.
  [[nodiscard]] std::unique_ptr<ClientEnd> connect(const Caller& caller, ClientEvents& events);

  /// Cuts all connections of a process; new ones are refused, or hang if half open, until the cut
  /// is over. `cause` becomes the cause of their ends, and of refusals.
  void disconnect(const Disconnect& how, const std::string& process,
                  check::EventIndex cause = check::no_event);
  /// A process sends nothing until `until`. If its heartbeats fail to come for long enough, the
  /// broker closes its connections; `cause` becomes the cause of that.
  void silence(ProcessId process, TimePoint until, check::EventIndex cause);
  /// The process's connections from now on are those of a user who is called after it, and may do
  /// no more than this.
  /// Throws: std::invalid_argument unless each right is a regular expression.
  void set_rights(const std::string& process, const Rights& rights);
  /// For this long, the broker reads nothing from connections that publish.
  void block_publish(Duration for_);
  /// Takes the broker down, and every connection with it; new ones are refused until it is back.
  /// Returns how many messages the broker has forgotten to be settled; `fault` becomes the cause of
  /// their deliveries, and `down` that of the ends of the connections.
  std::size_t restart_broker(const RestartBroker& how, check::EventIndex fault,
                             check::EventIndex down = check::no_event);
  [[nodiscard]] bool broker_is_up() const { return down_.until <= scheduler_.now(); }
  /// Takes one node of the broker down, and every connection to it; new ones go to the next node.
  /// `down` becomes the cause of their ends, and of what the broker drops.
  void stop_node(const StopNode& how, check::EventIndex down);
  /// It is back, unless it was stopped again meanwhile. True if it is.
  bool start_node(std::uint64_t node);
  /// Deletes a queue from outside; `cause` becomes the cause of what is dropped with it, as in the
  /// three below.
  void delete_queue(const std::string& queue, check::EventIndex cause);
  void purge(const std::string& queue, check::EventIndex cause);
  /// Removes bindings, as Broker::unbind() does; the faults' end brings back those that are still
  /// missing then.
  void unbind(const std::string& queue, const std::string& exchange, const std::string& routing_key,
              check::EventIndex cause);
  /// Takes away the consumers that a process has of a queue, or all if `process` is empty.
  void cancel_consumers(const std::string& queue, const std::string& process,
                        check::EventIndex cause);
  /// `cause` becomes the cause of their ends, and of what comes back to its queue.
  void close_channels(const CloseChannel& how, const std::string& text, check::EventIndex cause);
  /// From now on the frames of a process take longer, in place of what was said before.
  void slow(const SlowLink& how, const std::string& process);
  /// Hands the broker a message as if it had just arrived from another program. It is lost if the
  /// broker is down.
  void inject(const Injection& made, amqp::Publication publication);
  /// The queues with this role from which a process consumes; a client has none for replies before
  /// its first call.
  [[nodiscard]] std::vector<std::string> queues_of(const std::string& process,
                                                   QueueRole role) const;
  /// The event of a delivery that is not settled; no_event if none is known.
  [[nodiscard]] check::EventIndex unsettled() const;
  /// The replies that a process got before now and did not settle: how many, and the event of the
  /// first.
  [[nodiscard]] std::pair<std::size_t, check::EventIndex> unsettled_replies(
      const std::string& process) const;
  /// The process is gone: what it has sent still arrives, and then the broker notices. It receives
  /// nothing more.
  void sever(ProcessId id);
  /// The run is over: connections that are destroyed from now on do nothing.
  void stop() { over_ = true; }

  /// Whether nothing is left to happen in the whole world, except that queues and messages expire.
  [[nodiscard]] bool idle() const { return scheduler_.empty_but_for(wake_); }

  [[nodiscard]] Broker& broker() { return broker_; }

  // What it holds: as much as is open, queued or under way, however much there has been.

  /// Links, with some that are over: those are dropped when they are as many as the others.
  [[nodiscard]] std::size_t known_links() const { return all_links_.size(); }
  /// Messages of which anything is left: under way, in a queue, or delivered and not settled.
  [[nodiscard]] std::size_t known_messages() const;
  /// Queues that were consumed from.
  [[nodiscard]] std::size_t known_queues() const { return consumers_.size(); }

 private:
  struct Link;
  class End;
  struct Direction;
  struct Held;
  struct Confirm;
  struct Confirms;
  struct Parcel;
  /// Nothing connects until then, and why.
  struct Outage {
    TimePoint until = {};
    bool half_open = false;
    check::EventIndex cause = check::no_event;
  };
  struct Slowness {
    SlowLink how = {};
    TimePoint until = {};
  };
  struct Settling {
    MessageId message = 0;
    check::EventIndex delivered = check::no_event;
  };
  /// Puts a frame on its way, with a body of so many bytes; `act` runs when it arrives.
  void send(Direction& direction, Duration latency, std::function<void()> act,
            std::size_t body = 0);
  /// The same, with what its fate does to it.
  void send(Direction& direction, Duration latency, const FrameFate& fate,
            std::function<void()> act, std::size_t body = 0);
  /// Schedules the arrival of the next frame of this direction.
  void expect(Direction& direction, TimePoint when, std::uint64_t epoch);
  void arrive(Direction& direction, std::uint64_t epoch);
  /// See BreakableLink.
  static void stall(Direction& direction);
  void resume(Direction& direction);
  void open(Link& link);
  /// Goes to the process's first node, or the one that comes `tried` after it.
  void reach(Link& link, std::uint64_t tried);
  /// Reaches nothing, and the client hears of it.
  void fail(Link& link, const Outage& outage);
  /// Null if that node is up.
  [[nodiscard]] const Outage* outage_of(std::uint64_t node) const;
  /// Lets go of links that are over, when there are many.
  void forget_links();
  /// Says that the running event is one that the tie of `direction` orders.
  void runs_for(const Direction& direction);
  void publish(Link& link, ChannelNumber channel, amqp::Publication publication);
  /// A method goes up, and is none of the two above and below.
  void say(Link& link, ChannelNumber channel, const amqp::Method& method);
  /// An ack, a nack or a reject; its fate is that of the last delivery that it settles.
  void settle(Link& link, ChannelNumber channel, const amqp::Method& method);
  /// The link breaks: nothing in flight arrives, and both ends notice.
  void reset(Link& link, const std::string& why);
  /// The client's end is gone.
  void abandon(Link& link);
  /// The broker notices that the link is gone, if it knows it.
  void forget_at_broker(Link& link);
  /// The client says goodbye, and wants to hear nothing more.
  void hang_up(Link& link, const std::string& why);
  /// Nothing more is told to the client's end. False if that was so before.
  bool finish(Link& link, const Told& told);
  /// Nothing crosses the link any more. What was under way is lost.
  static void seal(Link& link);
  /// What came on `channel` cannot be settled any more.
  static void forget_deliveries(Link& link, ChannelNumber channel);
  /// The client hears that the link is gone, once its process is awake.
  void lose(Link& link, const std::string& why);
  /// Null if the broker does not know it.
  [[nodiscard]] Link* find(ConnectionId id) const;
  /// How much longer a frame takes now, with a body of so many bytes.
  [[nodiscard]] Duration slowness(Direction& direction, std::size_t body);
  /// The latency of a named hand-over, and of one without a name.
  [[nodiscard]] Duration latency(const std::string& name);
  [[nodiscard]] Duration base_latency() const { return settings_.latency.a; }
  /// The delay in which one other message, or confirm, passes: a task that waits for each confirm
  /// sends once in a round trip.
  [[nodiscard]] Duration one_place() const { return 2 * base_latency() + 1us; }
  [[nodiscard]] FrameFate fate_of(const HandOver& hand_over);
  /// Says what was gathered on this channel, in this life of it.
  void confirm_gathered(ChannelId to, std::uint64_t life);
  void confirm(const Confirm& confirm, Duration delay, const FrameFate& fate);
  /// No later than `quiet`, if that is yet to come.
  [[nodiscard]] TimePoint before_quiet(TimePoint when) const;
  /// The publication with its body damaged; nothing if this rule does not damage it.
  [[nodiscard]] std::optional<amqp::Publication> damaged(const Rule& rule, const Classified& what,
                                                         const amqp::Publication& publication,
                                                         const std::string& name);

  // BrokerOutput
  void say(ChannelId to, const amqp::Method& method) override;
  void confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                 const CarriedPtr& message) override;
  void returned(ChannelId to, BrokerReturn returned) override;
  void deliver(ChannelId to, BrokerDelivery delivery) override;
  void consumes(ConnectionId from, const std::string& queue) override;
  void lapsed(const std::string& queue) override;
  void dropped(const CarriedPtr& message, const std::string& queue, std::string_view why) override;
  void removed(const std::string& queue) override;
  void accepted(ConnectionId from, const CarriedPtr& message, const amqp::Publication& publication,
                std::size_t queues) override;
  void settled(ConnectionId from, const CarriedPtr& message, std::uint32_t copy, bool ack,
               bool requeue) override;
  void wake_at(TimePoint when) override;
  // QueueFaults
  std::vector<Placement> place(const CarriedPtr& message, const std::string& queue,
                               const amqp::Publication& publication, TimePoint now) override;
  std::optional<Placement> take_back(const Returning& copy, const std::string& queue,
                                     const amqp::Publication& publication, TimePoint now) override;
  [[nodiscard]] HandOver in_queue(const Parcel& parcel, const std::string& queue,
                                  const std::string& stem) const;
  /// Applies the fate that a rule has for one copy in its queue. False if that loses it.
  [[nodiscard]] bool apply(const Fate& fate, const Rule& rule, const std::string& name,
                           Parcel& parcel, const amqp::Publication& publication,
                           Placement& placement);
  void apply_to(const Firing& firing, const std::string& stem, Parcel& parcel,
                const amqp::Publication& publication, std::vector<Placement>& copies,
                std::uint32_t number);
  static void duplicate(const Duplicate& how, check::EventIndex fault, Parcel& parcel,
                        std::vector<Placement>& copies, const Placement& original);
  [[nodiscard]] std::string queue_label(const std::string& queue) const;

  const NetworkSettings settings_;
  Scheduler& scheduler_;
  Decisions& decisions_;
  FiberRuntime& runtime_;
  Recorder& recorder_;
  FaultEngine* faults_ = nullptr;
  TieConflicts* const tie_conflicts_;  ///< null unless the strategy asks for it
  /// Each parcel holds it, and so they are counted.
  const std::shared_ptr<void> parcels_ = std::make_shared<char>();
  Broker broker_;
  static constexpr std::size_t few_links = 16;
  std::list<Link> all_links_;  ///< including those that are over
  std::size_t many_links_ = few_links;
  std::vector<Link*> links_;  ///< the open ones, in the order in which they were made
  std::map<ConnectionId, Link*> by_broker_id_;  ///< those that the broker knows
  // Bounded by the number of processes, which have the names that the harness gives them:
  std::map<std::string, std::uint64_t> connects_;  ///< by process: how many connections it has made
  std::map<std::string, Outage> cuts_;  ///< by process: the last time that it was cut off
  /// By queue, while it is there: the processes that consume from it, or did.
  std::map<std::string, std::set<std::string>> consumers_;
  std::vector<Settling> settling_ = {};              ///< the deliveries that are being settled
  Outage down_ = {};                                 ///< of the broker
  std::map<std::uint64_t, Outage> nodes_down_ = {};  ///< and of its nodes
  std::map<std::string, std::uint64_t> first_nodes_ = {};  ///< by process
  std::set<std::string> users_ = {};           ///< the processes that have rights of their own
  TimePoint blocked_until_ = {};               ///< publishers
  std::map<std::string, Slowness> slow_ = {};  ///< by process
  std::map<std::string, check::EventIndex> unbound_by_ = {};  ///< by queue, while it is there
  /// That a queue lapsed, and which: what it held goes with it.
  std::pair<std::string, check::EventIndex> lapsed_{{}, check::no_event};
  /// What messages come back to their queues by just now; no_event if nobody knows.
  check::EventIndex comes_back_by_ = check::no_event;
  /// What somebody does to the broker just now: it leads to what the broker drops and closes.
  check::EventIndex act_ = check::no_event;
  MessageId last_message_ = 0;
  Scheduler::EventId wake_ = 0;  ///< the broker's
  bool over_ = false;
};

}  // namespace castaway::sim
