#include "castaway/sim/network.h"

#include <algorithm>
#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/tie_conflicts.h"

#include "link.h"

namespace castaway::sim {

Network::Network(NetworkSettings settings, Scheduler& scheduler, Decisions& decisions,
                 FiberRuntime& runtime, Recorder& recorder)
    : settings_(settings),
      scheduler_(scheduler),
      decisions_(decisions),
      runtime_(runtime),
      recorder_(recorder),
      tie_conflicts_(decisions.tie_conflicts()),
      broker_(*this, *this) {
  broker_.set_consumer_timeout(settings_.consumer_timeout);
  if (tie_conflicts_ == nullptr) return;
  scheduler_.watch_messages(
      [this](std::uint64_t tie) { tie_conflicts_->runs(scheduler_.now(), tie); });
}

Network::~Network() = default;

void Network::use(FaultEngine& faults) {
  faults_ = &faults;
  Duration longest = {};
  for (const Rule& rule : faults.plan()) {
    if (const auto* restart = std::get_if<RestartBroker>(&rule.action))
      longest = std::max(longest, restart->forget_acks);
  }
  broker_.remember_settled(longest);
}

void Network::send(Direction& direction, Duration latency, std::function<void()> act,
                   std::size_t body) {
  if (over_ || direction.link.broken || direction.dead) return;
  direction.frames.push_back(std::move(act));
  if (!slow_.empty()) latency += slowness(direction, body);
  direction.last_arrival =
      std::max(direction.last_arrival, deadline_after(scheduler_.now(), latency));
  if (direction.held == 0) expect(direction, direction.last_arrival, direction.epoch);
}

void Network::send(Direction& direction, Duration latency, const FrameFate& fate,
                   std::function<void()> act, std::size_t body) {
  using Way = BreakableLink::Way;
  if (fate.lost) {
    return direction.link.lose(direction.to_broker ? Way::up : Way::down, fate.lost->event);
  }
  if (!fate.cut) return send(direction, latency + fate.late, std::move(act), body);
  const auto cut = [this, &link = direction.link, firing = *fate.cut, pin = direction.link.pin] {
    faults_->disconnect(firing, link.process);
  };
  const bool arrives = fate.cuts(Disconnect::Frame::arrives);
  auto act_and_cut = [act = std::move(act), cut, arrives] {
    act();
    if (arrives) cut();
  };
  send(direction, latency + fate.late, std::move(act_and_cut), body);
  // Not at once: whoever sent it is still at work.
  if (!arrives) scheduler_.at(scheduler_.now(), EventClass::world, 0, cut);
}

void Network::expect(Direction& direction, TimePoint when, std::uint64_t epoch) {
  ++direction.expected;
  // No more than two words: std::function then keeps them in itself.
  scheduler_.at(when, EventClass::message, direction.tie,
                [&direction, epoch] { direction.link.network.arrive(direction, epoch); });
}

void Network::arrive(Direction& direction, std::uint64_t epoch) {
  const Link& link = direction.link;
  const auto came = [](Direction* what) { --what->expected; };
  const std::unique_ptr<Direction, decltype(came)> arrives(&direction, came);
  runs_for(direction);
  if (over_ || link.broken || direction.epoch != epoch || direction.frames.empty()) return;
  const TimePoint awake =
      direction.to_broker ? TimePoint() : runtime_.paused_until(link.process_id);
  if (awake > scheduler_.now()) return expect(direction, awake, epoch);
  const std::function<void()> act = std::move(direction.frames.front());
  direction.frames.pop_front();
  act();
}

void Network::runs_for(const Direction& direction) {
  if (tie_conflicts_ != nullptr) tie_conflicts_->is_of(direction.question);
}

void Network::stall(Direction& direction) {
  if (direction.held++ == 0) ++direction.epoch;
}

void Network::resume(Direction& direction) {
  if (--direction.held > 0) return;
  direction.last_arrival = scheduler_.now();
  for (std::size_t frame = 0; frame < direction.frames.size(); ++frame)
    expect(direction, scheduler_.now(), direction.epoch);
}

void Network::disconnect(const Disconnect& how, const std::string& process,
                         check::EventIndex cause) {
  cuts_[process] = {.until = before_quiet(deadline_after(scheduler_.now(), how.for_)),
                    .half_open = how.half_open,
                    .cause = cause};
  const std::vector<Link*> links = links_;
  for (Link* const link : links) {
    if (link->process != process || link->broken) continue;
    link->stale = how.stale;
    link->disconnect(how, cause);
  }
}

void Network::block_publish(Duration for_) {
  const TimePoint end = before_quiet(deadline_after(scheduler_.now(), for_));
  if (end <= blocked_until_) return;
  blocked_until_ = end;
  broker_.block("low on memory", scheduler_.now());
  scheduler_.at(end, EventClass::message, 0, [this, end] {
    // Unless it was blocked for longer meanwhile.
    if (blocked_until_ == end && !over_) broker_.unblock(scheduler_.now());
  });
}

std::size_t Network::restart_broker(const RestartBroker& how, check::EventIndex fault,
                                    check::EventIndex down) {
  const TimePoint until = before_quiet(deadline_after(scheduler_.now(), how.for_));
  down_ = {.until = std::max(down_.until, until), .cause = down};
  // The broker's ends go at once: none of them may get what another has left.
  for (const auto& [id, link] : by_broker_id_) link->broker_id = 0;
  by_broker_id_.clear();
  comes_back_by_ = down;
  const auto again = broker_.restart(how.keep_durable, scheduler_.now(), how.forget_acks);
  comes_back_by_ = check::no_event;
  for (const Returning& copy : again) Parcel::of(copy.message).copied_by[copy.copy] = fault;
  const std::vector<Link*> links = links_;
  for (Link* const link : links) {
    if (!link->broken) link->blame(down);
    reset(*link, "the broker went down");
  }
  return again.size();
}

void Network::inject(const Injection& made, amqp::Publication publication) {
  const Classified what = recorder_.inject(made, publication.message.body);
  if (over_ || !broker_is_up()) return;
  const auto parcel = std::make_shared<Parcel>(++last_message_, parcels_);
  parcel->what = what;
  parcel->from = made.by;
  // A connection of its own: a refusal closes it, and harms nobody else.
  const TimePoint now = scheduler_.now();
  const ChannelId stranger = {broker_.open({.name = made.name}, now), 1};
  broker_.take(stranger, amqp::ChannelOpen{}, now);
  broker_.publish(stranger, parcel, std::move(publication), now);
  broker_.take({stranger.connection, 0}, amqp::ConnectionClose{}, now);
}

check::EventIndex Network::unsettled() const {
  check::EventIndex first = check::no_event;
  for (const Link* const link : links_) {
    for (const auto& [tag, held] : link->deliveries) first = std::min(first, held.delivered);
  }
  return first;
}

std::pair<std::size_t, check::EventIndex> Network::unsettled_replies(
    const std::string& process) const {
  std::pair<std::size_t, check::EventIndex> found{0, check::no_event};
  for (const Link* const link : links_) {
    if (link->process != process) continue;
    for (const auto& [tag, held] : link->deliveries) {
      // What came this very moment, nobody has had the time to look at.
      if (Parcel::of(held.message).what.request || held.at >= scheduler_.now()) continue;
      ++found.first;
      found.second = std::min(found.second, held.delivered);
    }
  }
  return found;
}

// Not counting the network itself.
std::size_t Network::known_messages() const {
  return static_cast<std::size_t>(parcels_.use_count()) - 1;
}

FrameFate Network::fate_of(const HandOver& hand_over) {
  if (faults_ == nullptr || faults_->empty()) return {};
  return faults_->fate_of(hand_over, one_place());
}

TimePoint Network::before_quiet(TimePoint when) const {
  return std::min(when, std::max(settings_.quiet, scheduler_.now()));
}

Duration Network::latency(const std::string& name) {
  return draw(settings_.latency, decisions_, name);
}

Network::Link* Network::find(ConnectionId id) const {
  const auto found = by_broker_id_.find(id);
  return found == by_broker_id_.end() ? nullptr : found->second;
}

}  // namespace castaway::sim
