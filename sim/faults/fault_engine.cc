#include "castaway/sim/fault_engine.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/compile.h>

namespace castaway::sim {
namespace {

bool acts_by_itself(const Rule& rule) { return !is_message(rule.on.edge); }

/// On the deliver hop nearly all happens in the queue. Only a connection that carries a message to
/// its consumer can break under it.
bool acts_in_transit(const Rule& rule) {
  constexpr auto acts = []<class A>(const A&) {
    return requires { A::acts_in_transit; };
  };
  return has_body(rule.on.edge) && rule.on.hop == Hop::deliver && std::visit(acts, rule.action);
}

}  // namespace

/// Source: oslo_messaging/_drivers/impl_rabbit.py, topic_send and fanout_send.
bool goes_to(std::string_view topic, const HandOver& request) {
  if (!request.topic.empty()) return request.topic == topic;
  constexpr std::string_view fanout = "_fanout";
  if (request.exchange.ends_with(fanout))
    return request.exchange.substr(0, request.exchange.size() - fanout.size()) == topic;
  const std::string_view key = request.routing_key;
  return key.starts_with(topic) && (key.size() == topic.size() || key[topic.size()] == '.');
}

FaultEngine::FaultEngine(FaultPlan plan, Scheduler& scheduler, Decisions& decisions,
                         Recorder& recorder, World& world, TimePoint quiet)
    : plan_(std::move(plan)),
      scheduler_(scheduler),
      decisions_(decisions),
      recorder_(recorder),
      world_(world),
      quiet_(quiet),
      states_(plan_.size()),
      fired_(plan_.size()),
      matched_(plan_.size()) {
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    states_[rule].armed = !plan_[rule].when.after.has_value();
    if (const auto* hold = std::get_if<HoldUntil>(&plan_[rule].action))
      awaited_.push_back({.pattern = hold->event});
  }
  recorder_.sink().on_event(
      [this](check::EventIndex index, const check::Event& event) { saw(index, event); });
}

void FaultEngine::start() {
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    if (!acts_by_itself(plan_[rule]) || !plan_[rule].when.at) continue;
    scheduler_.at(TimePoint(*plan_[rule].when.at), EventClass::world, 0,
                  [this, rule] { ring(rule, 0); });
  }
  scheduler_.at(quiet_, EventClass::world, 0, [this] {
    std::vector<Watch> held;
    for (Watch& watch : watches_) {
      if (watch.is_fault) held.push_back(std::move(watch));
    }
    std::erase_if(watches_, [](const Watch& watch) { return watch.is_fault; });
    for (const Watch& watch : held) watch.then();
  });
}

void FaultEngine::ring(std::size_t rule, std::uint64_t again) {
  const When& when = plan_[rule].when;
  trigger(rule, again == 0 ? "world/" : "world/again-" + std::to_string(again), check::no_event);
  if (!when.repeat || again >= when.repeat->times) return;
  const TimePoint next = deadline_after(scheduler_.now(), when.repeat->every);
  if (next >= quiet_) return;
  scheduler_.at(next, EventClass::world, 0, [this, rule, again] { ring(rule, again + 1); });
}

std::vector<Firing> FaultEngine::fire(const HandOver& hand_over) {
  std::vector<Firing> firing;
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    if (acts_by_itself(plan_[rule]) || acts_in_transit(plan_[rule]) != hand_over.in_transit ||
        !matches(plan_[rule].on, hand_over) || !decide(rule, hand_over))
      continue;
    firing.push_back(record(rule, hand_over.op, check::no_event));
  }
  return firing;
}

FrameFate FaultEngine::fate_of(const HandOver& hand_over, Duration place) {
  FrameFate fate{.firings = fire(hand_over)};
  for (const Firing& firing : fate.firings) {
    const std::string name = fmt::format(FMT_COMPILE("{}/{}/by"), hand_over.name, firing.rule->id);
    const Fate one = sim::fate_of(firing.rule->action, {.decisions = decisions_, .name = name});
    if (one.lost) {
      fate.lost = firing;
      break;
    }
    fate.late += one.late.value_or(Duration());
    // A broker may confirm later publications first: it says this one so many places later.
    fate.apart += (one.overtakes + one.places) * place;
    if (one.cut != nullptr) fate.cut = firing;
    if (one.unroutable) fate.unroutable = true;
    if (one.refused) fate.refused = firing;
    if (one.confirmed != nullptr) fate.confirmed = one.confirmed->how;
  }
  const TimePoint now = scheduler_.now();
  const TimePoint latest = std::max(quiet_, now);
  for (Duration* const delay : {&fate.late, &fate.apart})
    *delay = std::min(deadline_after(now, *delay), latest) - now;
  return fate;
}

void FaultEngine::disconnect(const Firing& firing, const std::string& who) {
  std::get<Disconnect>(firing.rule->action).cut(world_, who, firing.event);
}

void FaultEngine::when(const EventPattern& pattern, std::function<void()> then) {
  watch({.pattern = pattern, .then = std::move(then)});
}

void FaultEngine::hold_until(const EventPattern& pattern, const std::shared_ptr<const void>& held,
                             std::function<void()> then) {
  const auto awaited = std::find_if(awaited_.begin(), awaited_.end(),
                                    [&](const Awaited& each) { return each.pattern == pattern; });
  if (awaited == awaited_.end())
    throw std::logic_error("no rule of the plan holds messages until this event");
  if (awaited->seen >= std::max<std::uint64_t>(pattern.n, 1)) {
    scheduler_.at(scheduler_.now(), EventClass::world, 0, std::move(then));
    return;
  }
  forget_watches();
  watches_.push_back({.pattern = pattern,
                      .seen = awaited->seen,
                      .then = std::move(then),
                      .is_fault = true,
                      .held = held});
}

void FaultEngine::forget_watches() {
  if (watches_.size() < many_watches_) return;
  std::erase_if(watches_,
                [](const Watch& watch) { return watch.is_fault && watch.held.expired(); });
  many_watches_ = 2 * watches_.size() + few_watches;
}

void FaultEngine::watch(Watch watch) {
  const check::History& history = recorder_.history();
  for (const check::Event& event : history.events()) {
    if (!sim::matches(watch.pattern, history, event) || ++watch.seen < watch.pattern.n) continue;
    scheduler_.at(scheduler_.now(), EventClass::world, 0, std::move(watch.then));
    return;
  }
  watches_.push_back(std::move(watch));
}

void FaultEngine::saw(check::EventIndex index, const check::Event& event) {
  const check::History& history = recorder_.history();
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    const auto& after = plan_[rule].when.after;
    if (!after || !sim::matches(*after, history, event)) continue;
    const std::uint64_t seen = ++states_[rule].seen;
    if (after->n != 0 && seen != after->n) continue;
    states_[rule].armed = true;
    // Not at once: whoever caused the event is still at work.
    if (acts_by_itself(plan_[rule]))
      scheduler_.at(scheduler_.now(), EventClass::world, 0,
                    [this, rule, index, name = "world/" + std::string(history.text(event.op))] {
                      trigger(rule, name, index);
                    });
  }
  for (Awaited& awaited : awaited_) {
    if (sim::matches(awaited.pattern, history, event)) ++awaited.seen;
  }
  for (std::size_t i = 0; i < watches_.size();) {
    Watch& watch = watches_[i];
    if (!sim::matches(watch.pattern, history, event) || (++watch.seen < watch.pattern.n)) {
      ++i;
      continue;
    }
    scheduler_.at(scheduler_.now(), EventClass::world, 0, std::move(watch.then));
    watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void FaultEngine::trigger(std::size_t rule, const std::string& name, check::EventIndex cause) {
  const Rule& what = plan_[rule];
  if (!decide(rule, {.edge = what.on.edge, .hop = what.on.hop, .name = name})) return;
  const check::EventIndex fault = record(rule, "", cause).event;
  const auto strike = [&]<class A>(const A& action) {
    if constexpr (StrikesA<A, World>) {
      action.strike(world_, what.on, fault);
    } else if constexpr (StrikesA<A, SimulatedWorld>) {
      if (SimulatedWorld* const world = world_.simulated()) action.strike(*world, what.on, fault);
    }
  };
  std::visit(strike, what.action);
}

bool FaultEngine::matches(const On& on, const HandOver& hand_over) const {
  return on.edge == hand_over.edge && on.hop == hand_over.hop &&
         (on.from.empty() || on.from == hand_over.from) &&
         (on.to.empty() ||
          std::find(hand_over.to.begin(), hand_over.to.end(), on.to) != hand_over.to.end()) &&
         (on.method.empty() || on.method == hand_over.method) &&
         (on.copy == Copy::any || on.copy == hand_over.copy) && matches_op(on.op, hand_over.op) &&
         (on.topic.empty() || goes_to(on.topic, hand_over)) &&
         (on.exchange.empty() || on.exchange == hand_over.exchange);
}

bool FaultEngine::decide(std::size_t rule, const HandOver& hand_over) {
  const When& when = plan_[rule].when;
  RuleState& state = states_[rule];
  if (scheduler_.now() >= quiet_) return false;
  if (!state.armed || (when.limit != 0 && fired_[rule] >= when.limit)) return false;
  const std::uint64_t match = ++matched_[rule];
  if (!when.nth.empty() && std::find(when.nth.begin(), when.nth.end(), match) == when.nth.end())
    return false;
  if (when.every != 0 && match % when.every != 0) return false;
  const Duration now = scheduler_.now().time_since_epoch();
  if (when.window && (now < when.window->first || now >= when.window->second)) return false;
  const std::string name = fmt::format(FMT_COMPILE("{}/{}"), hand_over.name, plan_[rule].id);
  if (when.burst) {
    // A question has one name and one chance: entering and leaving are two.
    state.bad = state.bad ? !decisions_.happens(name + "/leave", when.burst->second)
                          : decisions_.happens(name + "/enter", when.burst->first);
    if (!state.bad) return false;
  }
  return !when.prob || decisions_.happens(name, *when.prob);
}

std::vector<std::string> FaultEngine::unfired() const {
  std::vector<std::string> reasons;
  for (std::size_t rule = 0; rule < plan_.size(); ++rule) {
    if (fired_[rule] == 0)
      reasons.push_back(why_never_fired(plan_[rule], matched_[rule], recorder_.history()));
  }
  return reasons;
}

Firing FaultEngine::record(std::size_t rule, std::string_view op, check::EventIndex cause) {
  ++fired_[rule];
  const Action& action = plan_[rule].action;
  const Told told{.detail = nature_of(action), .name = name_of(action)};
  const check::EventIndex event =
      recorder_.fault(plan_[rule].id, plan_[rule].on.edge, op, told, cause);
  return {.rule = &plan_[rule], .event = event};
}

}  // namespace castaway::sim
