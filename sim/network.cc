#include "castaway/sim/network.h"

#include <algorithm>
#include <utility>

#include "network_link.h"

namespace castaway::sim {

Network::Network(NetworkSettings settings, Scheduler& scheduler, Decisions& decisions,
                 FiberRuntime& runtime, Recorder& recorder)
    : settings_(std::move(settings)),
      scheduler_(scheduler),
      decisions_(decisions),
      runtime_(runtime),
      recorder_(recorder),
      broker_(*this, *this) {}

Network::~Network() {
  // A frame that never arrived holds its link, and the link holds the frame.
  for (const auto& left : all_links_) {
    const LinkPtr link = left.lock();
    if (!link) continue;
    link->up.frames.clear();
    link->down.frames.clear();
  }
}

void Network::send_up(const LinkPtr& link, Duration latency, std::function<void()> act) {
  send(link, &Link::up, latency, std::move(act));
}

void Network::send_down(const LinkPtr& link, Duration latency, std::function<void()> act) {
  send(link, &Link::down, latency, std::move(act));
}

void Network::send(const LinkPtr& link, Direction Link::*way, Duration latency,
                   std::function<void()> act) {
  Direction& direction = (*link).*way;
  if (over_ || link->broken || direction.dead) return;
  direction.frames.push_back(std::move(act));
  direction.last_arrival =
      std::max(direction.last_arrival, deadline_after(scheduler_.now(), latency));
  if (direction.held) return;
  scheduler_.at(direction.last_arrival, EventClass::message, direction.tie,
                [this, link, way] { arrive(link, way); });
}

void Network::arrive(const LinkPtr& link, Direction Link::*way) {
  Direction& direction = (*link).*way;
  if (over_ || link->broken || direction.held || direction.frames.empty()) return;
  const TimePoint awake =
      way == &Link::down ? runtime_.paused_until(link->process_id) : TimePoint();
  if (awake > scheduler_.now()) {
    scheduler_.at(awake, EventClass::message, direction.tie,
                  [this, link, way] { arrive(link, way); });
    return;
  }
  const std::function<void()> act = std::move(direction.frames.front());
  direction.frames.pop_front();
  act();
}

void Network::lose(const LinkPtr& link, Direction Link::*way) {
  Direction& direction = (*link).*way;
  if (std::exchange(direction.dead, true)) return;
  // What was sent before still arrives. The silence that follows is noticed by AMQP's heartbeats.
  scheduler_.at(deadline_after(scheduler_.now(), settings_.heartbeat_timeout), EventClass::message,
                0, [this, link] { reset(link, "missed heartbeats from the peer"); });
}

void Network::disconnect(const Disconnect& how, const std::string& process) {
  cut_until_[process] = {deadline_after(scheduler_.now(), how.for_), how.half_open};
  const std::vector<LinkPtr> links = links_;
  for (const LinkPtr& link : links) {
    if (link->process != process || link->broken) continue;
    if (how.half_open) {
      hold(link, how);
    } else {
      reset(link, "the link was cut");
    }
  }
}

void Network::hold(const LinkPtr& link, const Disconnect& how) {
  link->up.held = link->down.held = true;
  const Duration noticed = settings_.heartbeat_timeout;
  const bool returns = how.for_ > Duration::zero() && how.for_ < noticed;
  const bool flush = returns && how.then == Disconnect::Then::flush;
  scheduler_.at(deadline_after(scheduler_.now(), returns ? how.for_ : noticed), EventClass::message,
                0, [this, link, flush] {
                  if (!flush) return reset(link, "the link was dead");
                  for (Direction Link::*way : {&Link::up, &Link::down}) {
                    Direction& direction = (*link).*way;
                    direction.held = false;
                    for (std::size_t frame = 0; frame < direction.frames.size(); ++frame) {
                      scheduler_.at(scheduler_.now(), EventClass::message, direction.tie,
                                    [this, link, way] { arrive(link, way); });
                    }
                  }
                });
}

void Network::reset(const LinkPtr& link, const std::string& why) {
  if (over_ || std::exchange(link->broken, true)) return;
  link->up.frames.clear();
  link->down.frames.clear();
  if (const ConnectionId id = std::exchange(link->broker_id, 0); id != 0) {
    by_broker_id_.erase(id);
    broker_.lost(id, scheduler_.now());
  }
  // The library's end needs a moment to notice: what it publishes meanwhile is in doubt.
  scheduler_.at(deadline_after(scheduler_.now(), base_latency()), EventClass::message,
                link->down.tie, [this, link, why] { finish(link, {.text = why}); });
}

void Network::sever(ProcessId id) {
  const std::vector<LinkPtr> links = links_;
  for (const LinkPtr& link : links) {
    if (link->process_id == id) abandon(link);
  }
}

void Network::abandon(const LinkPtr& link) {
  if (over_ || std::exchange(link->events, nullptr) == nullptr) return;
  std::erase(links_, link);
  if (link->finished || link->broken) return;
  recorder_.link(link->process, link->name + " closed without a word");
  // The end of the stream arrives behind everything that was sent.
  send_up(link, base_latency(), [this, link] {
    link->broken = true;
    if (const ConnectionId broker_id = std::exchange(link->broker_id, 0); broker_id != 0) {
      by_broker_id_.erase(broker_id);
      broker_.lost(broker_id, scheduler_.now());
    }
  });
}

void Network::finish(const LinkPtr& link, const Closed& closed) {
  if (over_ || link->events == nullptr || link->finished) return;
  const TimePoint awake = runtime_.paused_until(link->process_id);
  if (awake > scheduler_.now()) {
    scheduler_.at(awake, EventClass::message, link->down.tie,
                  [this, link, closed] { finish(link, closed); });
    return;
  }
  link->finished = true;
  link->broken = true;
  std::erase(links_, link);
  recorder_.link(link->process, link->name + " closed: " + (closed.by_us ? "done" : closed.text));
  link->events->closed(closed);
}

void Network::publish(const LinkPtr& link, std::uint64_t tag, Publication publication) {
  const Classified what = recorder_.classify(publication, link->process);
  recorder_.published(what, link->process);
  const MessageId message = ++last_message_;
  const std::string stem = what.name + "/publish";
  carried_.emplace(message, Carried{.what = what, .from = link->process});
  const std::optional<Duration> extra = delayed({.edge = what.request ? Edge::request : Edge::reply,
                                                 .hop = Hop::publish,
                                                 .op = what.op,
                                                 .method = recorder_.text(what.method),
                                                 .from = link->process,
                                                 .name = stem});
  if (!extra) return lose(link, &Link::up);
  send_up(link, latency(stem) + *extra,
          [this, link, tag, message, publication = std::move(publication)]() mutable {
            broker_.publish(link->broker_id, tag, message, std::move(publication),
                            scheduler_.now());
          });
}

void Network::settle(const LinkPtr& link, std::uint64_t delivery_tag, std::function<void()> act) {
  const auto delivery = link->deliveries.extract(delivery_tag);
  std::optional<Duration> extra = Duration();
  std::string stem;
  if (!delivery.empty()) {
    const auto& [message, which] = delivery.mapped();
    const Carried& carried = carried_.at(message);
    stem = carried.what.name + "/ack/" + link->process + "/" + which;
    extra = delayed({.edge = Edge::ack,
                     .hop = Hop::publish,
                     .op = carried.what.op,
                     .method = recorder_.text(carried.what.method),
                     .from = link->process,
                     .name = stem});
  }
  if (!extra) return lose(link, &Link::up);
  send_up(link, (stem.empty() ? base_latency() : latency(stem)) + *extra, std::move(act));
}

std::optional<Duration> Network::delayed(const HandOver& hand_over) {
  Duration extra = {};
  if (faults_ == nullptr || faults_->empty()) return extra;
  for (const Rule* rule : faults_->fire(hand_over)) {
    if (std::holds_alternative<Drop>(rule->action)) return std::nullopt;
    const std::string name = std::string(hand_over.name) + "/" + rule->id + "/by";
    if (const auto* delay = std::get_if<Delay>(&rule->action))
      extra += draw(delay->by, decisions_, name);
    if (const auto* reorder = std::get_if<Reorder>(&rule->action)) {
      // A broker may confirm later publications first; here the confirm waits for up to so many
      // round trips.
      const std::uint64_t places =
          reorder->overtake != 0 ? reorder->overtake
                                 : decisions_.decide({.name = name, .bound = reorder->window});
      extra += places * (2 * base_latency() + 1us);
    }
  }
  return extra;
}

Duration Network::latency(const std::string& name) {
  return draw(settings_.latency, decisions_, name);
}

Network::LinkPtr Network::find(ConnectionId id) const {
  const auto found = by_broker_id_.find(id);
  return found == by_broker_id_.end() ? nullptr : found->second;
}

}  // namespace castaway::sim
