#pragma once
// FaultEngine: carries out a fault plan. For each hand-over of a message it decides which rules
// fire; rules about links, processes and clocks it fires when their time or event comes.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_plan.h"
#include "castaway/sim/fault_world.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"

namespace castaway::sim {

/// One step of a message on its way from sender to receiver.
struct HandOver {
  Edge edge = Edge::request;
  Hop hop = Hop::deliver;
  std::string_view op = {};  ///< the name of its operation
  std::string_view method = {};
  std::string_view from = {};  ///< the sending process
  /// The processes that may receive it.
  boost::container::small_vector<std::string_view, 4> to = {};
  Copy copy = Copy::original;
  std::string_view name = {};  ///< how the names of its decisions begin
  bool in_transit = false;     ///< on its deliver hop it has left the queue, for the consumer `to`
  // Of a request on its publish hop.
  std::string_view topic = {};  ///< that its client named; empty if nobody has told
  std::string_view exchange = {};
  std::string_view routing_key = {};
};

/// A rule that fires, and the event that says so.
struct Firing {
  const Rule* rule = nullptr;
  check::EventIndex event = check::no_event;
};

/// What the rules do to a frame on its way.
struct FrameFate {
  std::optional<Firing> lost = {};
  Duration late = {};                  ///< on top of its latency; what is behind it waits, too
  Duration apart = {};                 ///< it is sent so much later; others go before it
  std::optional<Firing> cut = {};      ///< the connection breaks under it
  bool unroutable = false;             ///< of a publication: the broker finds no queue for it
  std::optional<Firing> refused = {};  ///< of a publication: the broker nacks it
  std::optional<ConfirmAs::How> confirmed = {};  ///< of a confirm: how it is said
  std::vector<Firing> firings = {};

  /// Whether the connection breaks, and the frame is lost with it or arrives first.
  [[nodiscard]] bool cuts(Disconnect::Frame frame) const {
    return cut && std::get<Disconnect>(cut->rule->action).frame == frame;
  }
};

/// Whether a request goes to servers of this topic: by what its client has told, or else by how it
/// is addressed.
[[nodiscard]] bool goes_to(std::string_view topic, const HandOver& request);

/// The edge of a message.
[[nodiscard]] inline Edge edge_of(const Classified& what) {
  return what.request ? Edge::request : what.heartbeat ? Edge::heartbeat : Edge::reply;
}

class FaultEngine final {
 public:
  /// No rule fires from `quiet` on.
  FaultEngine(FaultPlan plan, Scheduler& scheduler, Decisions& decisions, Recorder& recorder,
              World& world, TimePoint quiet = never);

  [[nodiscard]] const FaultPlan& plan() const { return plan_; }

  /// Schedules the rules that have a time.
  void start();

  /// The rules that fire for this hand-over, in the plan's order. Each counts, and leaves a fault
  /// event.
  [[nodiscard]] std::vector<Firing> fire(const HandOver& hand_over);
  /// Fires the rules, and says what they do to the frame that carries the message. `place` is the
  /// delay in which one other frame overtakes it.
  [[nodiscard]] FrameFate fate_of(const HandOver& hand_over, Duration place);
  /// Cuts `who` off, as a rule about a message does with the connection that carries it.
  void disconnect(const Firing& firing, const std::string& who);

  /// Calls `then` once, as an event of its own, when an event of the history matches; one that has
  /// already happened counts. Reads the history from its first event on.
  void when(const EventPattern& pattern, std::function<void()> then);
  /// As when(), for the pattern of a rule of the plan, and without a look at the history; no later
  /// than `quiet`. May never call `then` once `held` is gone.
  void hold_until(const EventPattern& pattern, const std::shared_ptr<const void>& held,
                  std::function<void()> then);

  /// How many calls of when() and hold_until() still wait. Those whose `held` is gone are dropped
  /// when they are as many as the others.
  [[nodiscard]] std::size_t watches() const { return watches_.size(); }

  /// How often each rule fired, in the plan's order.
  [[nodiscard]] const std::vector<std::uint64_t>& fired() const { return fired_; }
  /// How often each rule met what it is about, and its conditions decided whether it fires.
  [[nodiscard]] const std::vector<std::uint64_t>& matched() const { return matched_; }
  /// Why rules never fired, a sentence for each that did not.
  [[nodiscard]] std::vector<std::string> unfired() const;
  [[nodiscard]] bool empty() const { return plan_.empty(); }

 private:
  struct RuleState {
    bool bad = false;        ///< of a burst
    bool armed = true;       ///< false until its `after` has happened
    std::uint64_t seen = 0;  ///< how many events matched its `after`
  };
  struct Watch {
    EventPattern pattern = {};
    std::uint64_t seen = 0;
    std::function<void()> then = {};
    bool is_fault = false;
    std::weak_ptr<const void> held = {};  ///< of a fault
  };
  /// A pattern that some rule holds messages until, and how many events matched it so far.
  struct Awaited {
    EventPattern pattern = {};
    std::uint64_t seen = 0;
  };

  void saw(check::EventIndex index, const check::Event& event);
  void watch(Watch watch);
  /// Lets go of watches whose message is gone, when there are many.
  void forget_watches();
  /// Fires a rule that has a time, for the `again`-th time after the first, and schedules the next.
  void ring(std::size_t rule, std::uint64_t again);
  /// `name` is what its decisions are called; `cause` the event that led to it.
  void trigger(std::size_t rule, const std::string& name, check::EventIndex cause);
  [[nodiscard]] bool matches(const On& on, const HandOver& hand_over) const;
  [[nodiscard]] bool decide(std::size_t rule, const HandOver& hand_over);
  Firing record(std::size_t rule, std::string_view op, check::EventIndex cause);

  const FaultPlan plan_;
  Scheduler& scheduler_;
  Decisions& decisions_;
  Recorder& recorder_;
  World& world_;
  const TimePoint quiet_;
  std::vector<RuleState> states_;
  std::vector<std::uint64_t> fired_;
  std::vector<std::uint64_t> matched_;
  std::vector<Awaited> awaited_;
  static constexpr std::size_t few_watches = 16;
  std::vector<Watch> watches_;
  std::size_t many_watches_ = few_watches;
};

/// Why this rule never fired in a run with this history, in which it met what it is about `matched`
/// times: 'rule "lostack" never fired: it met 4 acks of mig, and strikes only number 77'.
[[nodiscard]] std::string why_never_fired(const Rule& rule, std::uint64_t matched,
                                          const check::History& history);

}  // namespace castaway::sim
