#include "castaway/sim/fault_engine.h"

#include <algorithm>
#include <utility>

namespace castaway::sim {
namespace {

bool acts_by_itself(const Rule& rule) {
  return rule.on.edge == Edge::link || rule.on.edge == Edge::process || rule.on.edge == Edge::clock;
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

FaultEngine::FaultEngine(FaultPlan plan, Scheduler& scheduler, Decisions& decisions,
                         Recorder& recorder, World& world)
    : plan_(std::move(plan)),
      scheduler_(scheduler),
      decisions_(decisions),
      recorder_(recorder),
      world_(world),
      states_(plan_.size()),
      fired_(plan_.size()) {
  for (std::size_t rule = 0; rule < plan_.size(); ++rule)
    states_[rule].armed = !plan_[rule].when.after.has_value();
  recorder_.on_event([this](check::EventIndex index) { saw(index); });
}

void FaultEngine::start() {
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    if (!acts_by_itself(plan_[rule]) || !plan_[rule].when.at) continue;
    scheduler_.at(TimePoint(*plan_[rule].when.at), EventClass::world, 0,
                  [this, rule] { trigger(rule, 0); });
  }
}

std::vector<const Rule*> FaultEngine::fire(const HandOver& hand_over) {
  std::vector<const Rule*> firing;
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    if (acts_by_itself(plan_[rule]) || !matches(plan_[rule].on, hand_over) ||
        !decide(rule, hand_over))
      continue;
    record(rule, hand_over.op);
    firing.push_back(&plan_[rule]);
  }
  return firing;
}

void FaultEngine::when(const EventPattern& pattern, std::function<void()> then) {
  Watch watch{.pattern = pattern, .then = std::move(then)};
  const check::History& history = recorder_.history();
  for (check::EventIndex index = 0; index < history.events().size(); ++index) {
    if (!sim::matches(pattern, history, index) || ++watch.seen < pattern.n) continue;
    scheduler_.at(scheduler_.now(), EventClass::world, 0, std::move(watch.then));
    return;
  }
  watches_.push_back(std::move(watch));
}

void FaultEngine::saw(check::EventIndex index) {
  const check::History& history = recorder_.history();
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    const auto& after = plan_[rule].when.after;
    if (!after || !sim::matches(*after, history, index)) continue;
    const std::uint64_t seen = ++states_[rule].seen;
    if (after->n != 0 && seen != after->n) continue;
    states_[rule].armed = true;
    // Not at once: whoever caused the event is still at work.
    if (acts_by_itself(plan_[rule]))
      scheduler_.at(scheduler_.now(), EventClass::world, 0,
                    [this, rule, op = history[index].op] { trigger(rule, op); });
  }
  for (std::size_t i = 0; i < watches_.size();) {
    Watch& watch = watches_[i];
    if (!sim::matches(watch.pattern, history, index) || (++watch.seen < watch.pattern.n)) {
      ++i;
      continue;
    }
    scheduler_.at(scheduler_.now(), EventClass::world, 0, std::move(watch.then));
    watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void FaultEngine::trigger(std::size_t rule, check::Symbol op) {
  const Rule& what = plan_[rule];
  const std::string name = "world/" + std::string(recorder_.text(op));
  const HandOver by_itself{.edge = what.on.edge, .hop = what.on.hop, .name = name};
  if (!decide(rule, by_itself)) return;
  record(rule, 0);
  std::visit(
      Overloaded{[&](const Disconnect& how) {
                   world_.disconnect(how, how.who.empty() ? what.on.from : how.who);
                 },
                 [&](const Kill& kill) { world_.kill(kill.who, kill.restart); },
                 [&](const Pause& pause) { world_.pause(pause.who, pause.for_); },
                 [&](const JumpWall& jump) { world_.jump_wall(jump.by); }, [](const auto&) {}},
      what.action);
}

bool FaultEngine::matches(const On& on, const HandOver& hand_over) const {
  return on.edge == hand_over.edge && on.hop == hand_over.hop &&
         (on.from.empty() || on.from == hand_over.from) &&
         (on.to.empty() ||
          std::find(hand_over.to.begin(), hand_over.to.end(), on.to) != hand_over.to.end()) &&
         (on.method.empty() || on.method == hand_over.method) &&
         (on.copy == Copy::duplicate) == (hand_over.copy == Copy::duplicate) &&
         matches_op(on.op, recorder_.text(hand_over.op));
}

bool FaultEngine::decide(std::size_t rule, const HandOver& hand_over) {
  const When& when = plan_[rule].when;
  RuleState& state = states_[rule];
  if (!state.armed || (when.limit != 0 && fired_[rule] >= when.limit)) return false;
  const std::uint64_t match = ++state.matches;
  if (!when.nth.empty() && std::find(when.nth.begin(), when.nth.end(), match) == when.nth.end())
    return false;
  if (when.every != 0 && match % when.every != 0) return false;
  const Duration now = scheduler_.now().time_since_epoch();
  if (when.window && (now < when.window->first || now >= when.window->second)) return false;
  const std::string name = std::string(hand_over.name) + "/" + plan_[rule].id;
  if (when.burst) {
    // A question has one name and one chance: entering and leaving are two.
    state.bad = state.bad ? !decisions_.happens(name + "/leave", when.burst->second)
                          : decisions_.happens(name + "/enter", when.burst->first);
    if (!state.bad) return false;
  }
  return !when.prob || decisions_.happens(name, *when.prob);
}

void FaultEngine::record(std::size_t rule, check::Symbol op) {
  ++fired_[rule];
  recorder_.fault(plan_[rule].id, op, std::string(name_of(plan_[rule].action)));
}

}  // namespace castaway::sim
