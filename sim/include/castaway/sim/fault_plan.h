#pragma once
// FaultPlan: what goes wrong in a run, as values. Each rule says where it strikes (on), when
// (when), and what happens then (action).
//
// docs/guide/faults.md has the table of which action is possible where; validate() is that
// table as a function. fault_action.h says what an action consists of.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "castaway/sim/actions/block_publish.h"
#include "castaway/sim/actions/cancel_consumer.h"
#include "castaway/sim/actions/close_channel.h"
#include "castaway/sim/actions/confirm_as.h"
#include "castaway/sim/actions/corrupt.h"
#include "castaway/sim/actions/delay.h"
#include "castaway/sim/actions/delete_queue.h"
#include "castaway/sim/actions/disconnect.h"
#include "castaway/sim/actions/drop.h"
#include "castaway/sim/actions/duplicate.h"
#include "castaway/sim/actions/hold_until.h"
#include "castaway/sim/actions/jump_wall.h"
#include "castaway/sim/actions/kill.h"
#include "castaway/sim/actions/nack.h"
#include "castaway/sim/actions/pause.h"
#include "castaway/sim/actions/purge_queue.h"
#include "castaway/sim/actions/reorder.h"
#include "castaway/sim/actions/requeue.h"
#include "castaway/sim/actions/restart_broker.h"
#include "castaway/sim/actions/slow_link.h"
#include "castaway/sim/actions/stop_node.h"
#include "castaway/sim/actions/truncate_to.h"
#include "castaway/sim/actions/unbind.h"
#include "castaway/sim/actions/unroutable.h"
#include "castaway/sim/fault_action.h"
#include "castaway/sim/fault_conditions.h"

namespace castaway::sim {

/// One of them. What copies, moves, destroys and compares it is compiled once.
struct Action : std::variant<Drop, Delay, HoldUntil, Duplicate, Reorder, Corrupt, TruncateTo,
                             Unroutable, Nack, Requeue, Disconnect, Kill, Pause, BlockPublish,
                             DeleteQueue, RestartBroker, JumpWall, ConfirmAs, CancelConsumer,
                             Unbind, CloseChannel, PurgeQueue, SlowLink, StopNode> {
  using variant::variant;
  using variant::operator=;
  Action();
  Action(const Action&);
  Action(Action&&) noexcept;
  Action& operator=(const Action&);
  Action& operator=(Action&&) noexcept;
  ~Action();
  friend bool operator==(const Action& a, const Action& b);
};

struct Rule {
  std::string id = {};
  On on = {};
  When when = {};
  Action action = {};
  friend bool operator==(const Rule&, const Rule&) = default;
};

using FaultPlan = std::vector<Rule>;

/// Why no real broker, network or process can do what this rule says; empty if one can.
[[nodiscard]] std::string validate(const Rule& rule);
/// What is wrong with a plan, a sentence each: its rules, their ids, and the names of events and
/// rules in their patterns. Empty if nothing is.
[[nodiscard]] std::vector<std::string> problems_of(const FaultPlan& plan);
/// Which names in the plan are of no process of this world, a sentence each.
[[nodiscard]] std::vector<std::string> problems_of(const FaultPlan& plan,
                                                   const std::vector<std::string>& processes);

/// "drop", "delay", …: the key of the action in a scenario file.
[[nodiscard]] std::string_view name_of(const Action& action);
/// What the action does to a message. Draws what it leaves to chance.
[[nodiscard]] Fate fate_of(const Action& action, const Chance& chance);
/// Damages the body of a message. False if that is not what the action does.
bool damage(const Action& action, std::string& body, const Chance& chance);

/// What the action does to what it hits: Detail::loss of a drop.
[[nodiscard]] check::Detail nature_of(const Action& action);

/// Calls `visit` with one value of each type of action.
template <class Visit>
void for_each_action(Visit visit) {
  [&]<FaultAction... A>(const std::variant<A...>*) { (visit(A()), ...); }
  (static_cast<const Action*>(nullptr));
}

}  // namespace castaway::sim
