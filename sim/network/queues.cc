// What may happen to a message in a queue, before a consumer is chosen.

#include <algorithm>
#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/mask_ids.h"
#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

std::vector<Placement> Network::place(const CarriedPtr& message, const std::string& queue,
                                      const amqp::Publication& publication, TimePoint now) {
  Parcel& parcel = Parcel::of(message);
  const std::string stem =
      fmt::format(FMT_COMPILE("{}/queue/{}"), parcel.what.name, queue_label(queue));
  Placement original{.ready = now};
  if (settings_.any_order) {
    original.ready = deadline_after(now, latency(stem));
    original.may_be_overtaken = true;
  }
  std::vector<Placement> copies = {original};
  if (faults_ == nullptr || faults_->empty()) return copies;
  HandOver hand_over = in_queue(parcel, queue, stem);
  for (const Firing& firing : faults_->fire(hand_over))
    apply_to(firing, stem, parcel, publication, copies, 1);
  for (auto last = static_cast<std::uint32_t>(copies.size()), copy = 2U; copy <= last; ++copy) {
    const std::string copy_stem = stem + "/copy-" + std::to_string(copy);
    hand_over.copy = Copy::duplicate;
    hand_over.name = copy_stem;
    for (const Firing& firing : faults_->fire(hand_over))
      apply_to(firing, copy_stem, parcel, publication, copies, copy);
  }
  const auto is_original = [](const Placement& p) { return p.copy == 1; };
  if (!copies.empty() && std::none_of(copies.begin(), copies.end(), is_original)) {
    // One rule copied it, another lost it: a copy now stands for it, and "same" means where that
    // goes.
    copies.front().copy = 1;
    copies.front().to = Placement::To::any;
  }
  return copies;
}

std::optional<Placement> Network::take_back(const Returning& copy, const std::string& queue,
                                            const amqp::Publication& publication, TimePoint now) {
  Placement placement{.copy = copy.copy, .ready = now};
  Parcel& parcel = Parcel::of(copy.message);
  if (comes_back_by_ != check::no_event) parcel.copied_by[copy.copy] = comes_back_by_;
  if (faults_ == nullptr || faults_->empty()) return placement;
  const std::string stem = fmt::format(FMT_COMPILE("{}/queue/{}/back-{}.{}"), parcel.what.name,
                                       queue_label(queue), copy.copy, copy.attempts);
  HandOver hand_over = in_queue(parcel, queue, stem);
  hand_over.copy = Copy::redelivery;
  for (const Firing& firing : faults_->fire(hand_over)) {
    const std::string name = stem + "/" + firing.rule->id + "/by";
    const Fate fate = sim::fate_of(firing.rule->action, {.decisions = decisions_, .name = name});
    if (!apply(fate, *firing.rule, name, parcel, publication, placement)) return std::nullopt;
  }
  return placement;
}

HandOver Network::in_queue(const Parcel& parcel, const std::string& queue,
                           const std::string& stem) const {
  HandOver hand_over{.edge = edge_of(parcel.what),
                     .hop = Hop::deliver,
                     .op = parcel.what.operation(),
                     .method = parcel.what.method(),
                     .from = parcel.from,
                     .name = stem};
  if (const auto consumers = consumers_.find(queue); consumers != consumers_.end())
    hand_over.to.assign(consumers->second.begin(), consumers->second.end());
  return hand_over;
}

void Network::apply_to(const Firing& firing, const std::string& stem, Parcel& parcel,
                       const amqp::Publication& publication, std::vector<Placement>& copies,
                       std::uint32_t number) {
  const auto placement = std::find_if(copies.begin(), copies.end(),
                                      [number](const Placement& p) { return p.copy == number; });
  if (placement == copies.end()) return;
  const std::string name = stem + "/" + firing.rule->id + "/by";
  const Fate fate = sim::fate_of(firing.rule->action, {.decisions = decisions_, .name = name});
  if (fate.copies != nullptr) {
    duplicate(*fate.copies, firing.event, parcel, copies, Placement(*placement));
  } else if (!apply(fate, *firing.rule, name, parcel, publication, *placement)) {
    copies.erase(placement);
  }
}

bool Network::apply(const Fate& fate, const Rule& rule, const std::string& name, Parcel& parcel,
                    const amqp::Publication& publication, Placement& placement) {
  if (fate.lost) return false;
  if (fate.redelivered) placement.redelivered = true;
  if (fate.late) placement.ready = before_quiet(deadline_after(placement.ready, *fate.late));
  if (fate.until != nullptr) {
    placement.held = true;
    placement.may_be_overtaken = true;  // else what it waits for could wait for it
    faults_->hold_until(*fate.until, parcel.shared_from_this(),
                        [this, message = parcel.id, number = placement.copy] {
                          broker_.release(message, number, scheduler_.now());
                        });
  }
  if (fate.out_of_order) placement.may_be_overtaken = true;
  if (fate.overtakes != 0) placement.overtakes = fate.overtakes;
  if (fate.places != 0)
    placement.ready = deadline_after(placement.ready, fate.places * one_place());
  const amqp::Publication& bytes = placement.instead ? *placement.instead : publication;
  if (auto changed = damaged(rule, parcel.what, bytes, name))
    placement.instead = std::make_shared<const amqp::Publication>(*std::move(changed));
  return true;
}

void Network::duplicate(const Duplicate& how, check::EventIndex fault, Parcel& parcel,
                        std::vector<Placement>& copies, const Placement& original) {
  Placement copy = original;
  copy.held = false;  // only the original is let go later
  copy.after_messages = how.after_messages;
  copy.redelivered = how.redelivered_flag;
  copy.may_be_overtaken = true;
  copy.to = how.to == Duplicate::To::same    ? Placement::To::same
            : how.to == Duplicate::To::other ? Placement::To::other
                                             : Placement::To::any;
  for (std::uint64_t i = 0; i < how.copies; ++i) {
    copy.copy = static_cast<std::uint32_t>(copies.size() + 1);
    copies.push_back(copy);
    parcel.copied_by[copy.copy] = fault;
  }
}

/// Queues with an id in their names are called by who consumes from them: the name of a decision
/// must not depend on chance.
void Network::lapsed(const std::string& queue) {
  const std::string label = queue_label(queue);
  lapsed_ = {queue,
             recorder_.process("broker", {.detail = check::Detail::queue_expired, .name = label})};
}

void Network::dropped(const CarriedPtr& message, const std::string& queue, std::string_view why) {
  const Parcel& parcel = Parcel::of(message);
  const auto unbound = unbound_by_.find(queue);
  const bool is_missed = why == "unbound" && unbound != unbound_by_.end();
  const check::EventIndex cause = is_missed                 ? unbound->second
                                  : act_ != check::no_event ? act_
                                  : lapsed_.first == queue  ? lapsed_.second
                                                            : parcel.accepted;
  recorder_.dropped(parcel.what, queue_label(queue), why, cause);
}

void Network::removed(const std::string& queue) {
  consumers_.erase(queue);
  unbound_by_.erase(queue);
  if (lapsed_.first == queue) lapsed_ = {};
}

std::string Network::queue_label(const std::string& queue) const {
  if (mask_ids(queue) == queue) return queue;
  const auto consumers = consumers_.find(queue);
  return consumers == consumers_.end() || consumers->second.empty() ? "private"
                                                                    : *consumers->second.begin();
}

}  // namespace castaway::sim
