#include "castaway/sim/network.h"

#include <algorithm>
#include <utility>

#include "flip_bits.h"
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

void Network::use(FaultEngine& faults) {
  faults_ = &faults;
  Duration longest = {};
  for (const Rule& rule : faults.plan()) {
    if (const auto* restart = std::get_if<RestartBroker>(&rule.action))
      longest = std::max(longest, restart->forget_acks);
  }
  broker_.remember_settled(longest);
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
  if (direction.held > 0) return;
  scheduler_.at(direction.last_arrival, EventClass::message, direction.tie,
                [this, link, way, epoch = direction.epoch] { arrive(link, way, epoch); });
}

void Network::send(const LinkPtr& link, Direction Link::*way, Duration latency, const Fate& fate,
                   std::function<void()> act) {
  if (fate.lost) return lose(link, way);
  if (fate.cut == nullptr) return send(link, way, latency + fate.extra, std::move(act));
  const auto cut = [this, link, firing = *fate.cut] { faults_->disconnect(firing, link->process); };
  const bool arrives =
      std::get<Disconnect>(fate.cut->rule->action).frame == Disconnect::Frame::arrives;
  send(link, way, latency + fate.extra, [act = std::move(act), cut, arrives] {
    act();
    if (arrives) cut();
  });
  // Not at once: whoever sent it is still at work.
  if (!arrives) scheduler_.at(scheduler_.now(), EventClass::world, 0, cut);
}

void Network::arrive(const LinkPtr& link, Direction Link::*way, std::uint64_t epoch) {
  Direction& direction = (*link).*way;
  if (over_ || link->broken || direction.epoch != epoch || direction.frames.empty()) return;
  const TimePoint awake =
      way == &Link::down ? runtime_.paused_until(link->process_id) : TimePoint();
  if (awake > scheduler_.now()) {
    scheduler_.at(awake, EventClass::message, direction.tie,
                  [this, link, way, epoch] { arrive(link, way, epoch); });
    return;
  }
  const std::function<void()> act = std::move(direction.frames.front());
  direction.frames.pop_front();
  act();
}

void Network::stall(const LinkPtr& link, Direction Link::*way) {
  Direction& direction = (*link).*way;
  if (direction.held++ == 0) ++direction.epoch;
}

void Network::resume(const LinkPtr& link, Direction Link::*way) {
  Direction& direction = (*link).*way;
  if (--direction.held > 0) return;
  direction.last_arrival = scheduler_.now();
  for (std::size_t frame = 0; frame < direction.frames.size(); ++frame) {
    scheduler_.at(scheduler_.now(), EventClass::message, direction.tie,
                  [this, link, way, epoch = direction.epoch] { arrive(link, way, epoch); });
  }
}

void Network::lose(const LinkPtr& link, Direction Link::*way) {
  Direction& direction = (*link).*way;
  if (std::exchange(direction.dead, true)) return;
  // What was sent before still arrives. The silence that follows is noticed by AMQP's heartbeats.
  const TimePoint noticed = deadline_after(scheduler_.now(), settings_.heartbeat_timeout);
  scheduler_.at(before_quiet(noticed), EventClass::message, 0,
                [this, link] { reset(link, "missed heartbeats from the peer"); });
}

void Network::disconnect(const Disconnect& how, const std::string& process) {
  cut_until_[process] = {before_quiet(deadline_after(scheduler_.now(), how.for_)), how.half_open};
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
  using Way = Disconnect::Way;
  std::vector<Direction Link::*> ways;
  if (how.way != Way::from_broker) ways.push_back(&Link::up);
  if (how.way != Way::to_broker) ways.push_back(&Link::down);
  for (Direction Link::*way : ways) stall(link, way);
  const Duration noticed = settings_.heartbeat_timeout;
  const bool returns = how.for_ > Duration::zero() && how.for_ < noticed;
  const bool flush = returns && how.then == Disconnect::Then::flush;
  const TimePoint end = deadline_after(scheduler_.now(), returns ? how.for_ : noticed);
  scheduler_.at(before_quiet(end), EventClass::message, 0, [this, link, ways, flush] {
    if (!flush) return reset(link, "the link was dead");
    for (Direction Link::*way : ways) resume(link, way);
  });
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

std::size_t Network::restart_broker(const RestartBroker& how, check::EventIndex cause) {
  down_until_ = std::max(down_until_, before_quiet(deadline_after(scheduler_.now(), how.for_)));
  // The broker's ends go at once: none of them may get what another has left.
  for (const auto& [id, link] : by_broker_id_) link->broker_id = 0;
  by_broker_id_.clear();
  const auto again = broker_.restart(how.keep_durable, scheduler_.now(), how.forget_acks);
  for (const Returning& copy : again) copied_by_[{copy.message, copy.copy}] = cause;
  const std::vector<LinkPtr> links = links_;
  for (const LinkPtr& link : links) reset(link, "the broker went down");
  return again.size();
}

void Network::delete_queue(const DeleteQueue& which) {
  if (!which.queue.empty()) return broker_.delete_queue(which.queue, scheduler_.now());
  for (const std::string& queue : reply_queues(which.replies_of))
    broker_.delete_queue(queue, scheduler_.now());
}

std::vector<std::string> Network::reply_queues(const std::string& client) const {
  std::vector<std::string> found;
  for (const std::string& queue : broker_.queues()) {
    const auto consumers = consumers_.find(queue);
    if (queue.starts_with("reply_") && consumers != consumers_.end() &&
        consumers->second.contains(client))
      found.push_back(queue);
  }
  return found;
}

void Network::inject(const Injection& made, Publication publication) {
  const Classified what = recorder_.inject(made, publication.message.body);
  if (over_ || !broker_is_up()) return;
  const MessageId message = ++last_message_;
  carried_.emplace(message, Carried{.what = what, .from = made.by});
  // A connection of its own: a refusal closes it, and harms nobody else.
  const ConnectionId stranger = broker_.open(made.name, scheduler_.now());
  broker_.publish(stranger, 1, message, std::move(publication), scheduler_.now());
  broker_.close(stranger, scheduler_.now());
}

check::EventIndex Network::unsettled() const {
  check::EventIndex first = check::no_event;
  for (const LinkPtr& link : links_) {
    for (const auto& [tag, held] : link->deliveries) first = std::min(first, held.delivered);
  }
  return first;
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
  const Fate fate = fate_of({.edge = edge_of(what),
                             .hop = Hop::publish,
                             .op = what.op,
                             .method = recorder_.text(what.method),
                             .from = link->process,
                             .name = stem});
  for (const Firing& firing : fate.firings) {
    const std::string name = stem + "/" + firing.rule->id + "/by";
    if (auto changed = damaged(*firing.rule, what, publication, name))
      publication = *std::move(changed);
    if (std::holds_alternative<Unroutable>(firing.rule->action)) unroutable_.insert(message);
    if (std::holds_alternative<Nack>(firing.rule->action)) refused_[message] = firing.event;
  }
  send(link, &Link::up, latency(stem), fate,
       [this, link, tag, message, publication = std::move(publication)]() mutable {
         broker_.publish(link->broker_id, tag, message, std::move(publication), scheduler_.now());
       });
}

void Network::settle(const LinkPtr& link, const Settlement& settlement) {
  const auto node = link->deliveries.extract(settlement.delivery_tag);
  const Held held = node.empty() ? Held() : std::move(node.mapped());
  const auto act = [this, link, settlement, delivered = held.delivered] {
    settling_ = delivered;
    const auto& [tag, ack, flag] = settlement;
    if (ack) {
      broker_.acknowledge(link->broker_id, tag, flag, scheduler_.now());
    } else {
      broker_.reject(link->broker_id, tag, flag, scheduler_.now());
    }
    settling_ = check::no_event;
  };
  if (node.empty()) return send_up(link, base_latency(), act);
  const Classified& what = carried_.at(held.message).what;
  if (settlement.ack) recorder_.taken(what, link->process, held.delivered);
  const std::string stem = what.name + "/ack/" + link->process + "/" + held.which;
  const Fate fate = fate_of({.edge = Edge::ack,
                             .hop = Hop::publish,
                             .op = what.op,
                             .method = recorder_.text(what.method),
                             .from = link->process,
                             .name = stem});
  send(link, &Link::up, latency(stem), fate, act);
}

Network::Fate Network::fate_of(const HandOver& hand_over) {
  Fate fate;
  if (faults_ == nullptr || faults_->empty()) return fate;
  fate.firings = faults_->fire(hand_over);
  for (const Firing& firing : fate.firings) {
    const Action& action = firing.rule->action;
    if (std::holds_alternative<Drop>(action)) {
      fate.lost = true;
      break;
    }
    const std::string name = std::string(hand_over.name) + "/" + firing.rule->id + "/by";
    if (const auto* delay = std::get_if<Delay>(&action))
      fate.extra += draw(delay->by, decisions_, name);
    if (const auto* reorder = std::get_if<Reorder>(&action)) {
      // A broker may confirm later publications first; here the confirm waits for up to so many
      // round trips.
      const std::uint64_t places =
          reorder->overtake != 0
              ? reorder->overtake
              : decisions_.decide({.name = name, .bound = reorder->window, .about = Choice::order});
      fate.extra += places * (2 * base_latency() + 1us);
    }
    if (std::holds_alternative<Disconnect>(action)) fate.cut = &firing;
  }
  const TimePoint late = deadline_after(scheduler_.now(), fate.extra);
  fate.extra = before_quiet(late) - scheduler_.now();
  return fate;
}

Edge Network::edge_of(const Classified& what) {
  return what.request ? Edge::request : what.heartbeat ? Edge::heartbeat : Edge::reply;
}

TimePoint Network::before_quiet(TimePoint when) const {
  return std::min(when, std::max(settings_.quiet, scheduler_.now()));
}

std::optional<Publication> Network::damaged(const Rule& rule, const Classified& what,
                                            const Publication& publication,
                                            const std::string& name) {
  const auto* corrupt = std::get_if<Corrupt>(&rule.action);
  const auto* truncate = std::get_if<TruncateTo>(&rule.action);
  if (corrupt == nullptr && truncate == nullptr) return std::nullopt;
  Publication changed = publication;
  std::string& body = changed.message.body;
  if (corrupt != nullptr) flip_bits(body, *corrupt, decisions_, name);
  if (truncate != nullptr && truncate->bytes < body.size()) body.resize(truncate->bytes);
  recorder_.damaged(what, body);
  return changed;
}

Duration Network::latency(const std::string& name) {
  return draw(settings_.latency, decisions_, name);
}

Network::LinkPtr Network::find(ConnectionId id) const {
  const auto found = by_broker_id_.find(id);
  return found == by_broker_id_.end() ? nullptr : found->second;
}

Capabilities simulated_capabilities() {
  return {.missing = {{"multi-host", "the simulated network has one broker"}}};
}

}  // namespace castaway::sim
