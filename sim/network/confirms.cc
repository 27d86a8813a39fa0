// Confirms on their way down: one by one, several at once, or as no broker should say them.

#include <utility>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

/// A confirm, or several of which the last one's tag is said.
struct Network::Confirm {
  ChannelId to = {};
  std::uint64_t life = 0;
  bool ack = true;
  std::vector<std::pair<std::uint64_t, CarriedPtr>> of = {};  ///< by tag
  bool multiple = false;
};

void Network::confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                        const CarriedPtr& message) {
  Link* const link = find(to.connection);
  if (link == nullptr) return;
  const Classified& what = Parcel::of(message).what;
  const std::string stem = what.name + "/confirm";
  const FrameFate fate = fate_of({.edge = Edge::confirm,
                                  .hop = Hop::deliver,
                                  .op = what.operation(),
                                  .method = what.method(),
                                  .to = {link->process},
                                  .name = stem});
  const Duration delay = latency(stem);
  const Confirm confirm{.to = to,
                        .life = link->lives[to.number],
                        .ack = ack,
                        .of = {{tag, message}},
                        .multiple = multiple};
  const auto how = fate.confirmed;
  Confirms& confirms = link->confirms[{to.number, confirm.life}];
  const bool in_time =
      !fate.lost && !fate.cut && fate.late == Duration::zero() && fate.apart == Duration::zero();
  const bool begins = how == ConfirmAs::How::multiple && confirms.gathered.empty();
  if (ack && in_time && (begins || !confirms.gathered.empty())) {
    confirms.gathered.emplace_back(tag, message);
    if (begins)
      scheduler_.at(deadline_after(scheduler_.now(), ConfirmAs::gathers), EventClass::world, 0,
                    [this, to, life = confirm.life] { confirm_gathered(to, life); });
    return;
  }
  confirm_gathered(to, confirm.life);
  const auto say = [this, confirm, delay, fate, how] {
    if (how == ConfirmAs::How::unknown) {
      Confirm unknown = confirm;
      unknown.of = {{confirm.of.back().first + ConfirmAs::far, nullptr}};
      this->confirm(unknown, delay, {});
    }
    this->confirm(confirm, delay, fate);
    if (how == ConfirmAs::How::twice) this->confirm(confirm, delay, {});
  };
  if (fate.apart == Duration::zero()) return say();
  scheduler_.at(deadline_after(scheduler_.now(), fate.apart), EventClass::world, 0, say);
}

/// With one confirm if nothing before them is still to be said, or refused.
void Network::confirm_gathered(ChannelId to, std::uint64_t life) {
  Link* const link = find(to.connection);
  if (link == nullptr) return;
  Confirms& confirms = link->confirms[{to.number, life}];
  const auto gathered = std::exchange(confirms.gathered, {});
  if (gathered.empty()) return;
  Confirm all{.to = to, .life = life, .of = gathered, .multiple = true};
  for (std::uint64_t next = confirms.said_through; const auto& [tag, message] : gathered)
    all.multiple = all.multiple && tag == ++next;
  if (all.multiple) return confirm(all, base_latency(), {});
  for (const auto& one : gathered)
    confirm({.to = to, .life = life, .of = {one}}, base_latency(), {});
}

void Network::confirm(const Confirm& confirm, Duration delay, const FrameFate& fate) {
  Link* const link = find(confirm.to.connection);
  if (link == nullptr || link->lives[confirm.to.number] != confirm.life) return;
  Confirms& confirms = link->confirms[{confirm.to.number, confirm.life}];
  for (const auto& [tag, message] : confirm.of) {
    if (message != nullptr) confirms.say(tag);
  }
  send(link->down, delay, fate, [this, link, confirm] {
    if (link->events == nullptr || link->finished) return;
    for (const auto& [tag, message] : confirm.of) {
      if (message == nullptr) continue;
      const Parcel& parcel = Parcel::of(message);
      recorder_.confirmed(parcel.what, link->process, confirm.ack, parcel.accepted);
    }
    const std::uint64_t last = confirm.of.back().first;
    if (confirm.ack) {
      link->events->said(confirm.to.number, amqp::BasicAck{last, confirm.multiple});
    } else {
      link->events->said(confirm.to.number, amqp::BasicNack{last, confirm.multiple, false});
    }
  });
}

}  // namespace castaway::sim
