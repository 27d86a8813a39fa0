// The client's end of a simulated link: how it begins, what goes up it, how it ends.

#include <utility>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

class Network::End final : public ClientEnd {
 public:
  End(Network& network, Link& link) : network_(network), link_(link), pin_(link.pin) {}
  ~End() override { network_.abandon(link_); }
  End(const End&) = delete;
  End& operator=(const End&) = delete;

  [[nodiscard]] bool usable() const override {
    return !network_.over_ && !link_.finished && link_.events != nullptr;
  }
  void say(ChannelNumber channel, const amqp::Method& method) override {
    if (!usable()) return;
    const bool settles = std::holds_alternative<amqp::BasicAck>(method) ||
                         std::holds_alternative<amqp::BasicReject>(method) ||
                         std::holds_alternative<amqp::BasicNack>(method);
    if (settles) return network_.settle(link_, channel, method);
    network_.say(link_, channel, method);
  }
  void publish(ChannelNumber channel, amqp::Publication publication) override {
    if (usable()) network_.publish(link_, channel, std::move(publication));
  }
  void hang_up(const std::string& why) override {
    if (usable()) network_.hang_up(link_, why);
  }

 private:
  Network& network_;
  Link& link_;
  const std::shared_ptr<void> pin_;
};

std::unique_ptr<ClientEnd> Network::connect(const Caller& caller, ClientEvents& events) {
  forget_links();
  Link& link = all_links_.emplace_back(*this);
  link.name = caller.name;
  link.user = caller.user;
  link.virtual_host = caller.virtual_host;
  link.process = caller.process;
  link.process_id = caller.id;
  link.opens = caller.opens;
  link.events = &events;
  if (!over_) open(link);
  return std::make_unique<End>(*this, link);
}

void Network::forget_links() {
  if (all_links_.size() < many_links_) return;
  all_links_.remove_if([](const Link& link) { return link.is_over(); });
  many_links_ = 2 * all_links_.size() + few_links;
}

void Network::open(Link& link) {
  const std::string stem =
      link.process + "/connection/" + std::to_string(++connects_[link.process]);
  link.up.question = stem + "/tie/up";
  link.down.question = stem + "/tie/down";
  for (Direction* direction : {&link.up, &link.down}) {
    direction->tie = decisions_.decide(
        {.name = direction->question, .bound = 4, .deviate = {1, 4}, .about = Choice::tie});
  }
  links_.push_back(&link);
  link.made = scheduler_.now();
  reach(link, 0);
}

void Network::reach(Link& link, std::uint64_t tried) {
  if (over_ || link.broken || link.events == nullptr) return;
  const auto cut = cuts_.find(link.process);
  if (cut != cuts_.end() && cut->second.until > scheduler_.now()) return fail(link, cut->second);
  if (!broker_is_up()) return fail(link, down_);
  const std::uint64_t first =
      first_nodes_.try_emplace(link.process, first_nodes_.size()).first->second;
  link.node = 1 + (first + tried) % settings_.nodes;
  if (const Outage* const outage = outage_of(link.node)) {
    if (tried + 1 == settings_.nodes) return fail(link, *outage);
    scheduler_.at(deadline_after(scheduler_.now(),
                                 outage->half_open ? settings_.connect_timeout : base_latency()),
                  EventClass::message, 0,
                  [this, &link, tried, pin = link.pin] { reach(link, tried + 1); });
    return;
  }
  send(link.up, base_latency(), [this, &link] {
    Opening who = {
        .name = link.name, .user = link.user, .virtual_host = link.virtual_host, .node = link.node};
    if (users_.contains(link.process)) who.user = link.process;
    link.broker_id = broker_.open(std::move(who), scheduler_.now());
    by_broker_id_.emplace(link.broker_id, &link);
    send(link.down, base_latency(), [this, &link] {
      if (link.events == nullptr) return;
      recorder_.link(link.process, {.detail = check::Detail::opened, .name = link.name});
      link.events->opened();
    });
    if (link.opens != 0)
      broker_.take({link.broker_id, link.opens}, amqp::ChannelOpen{}, scheduler_.now());
  });
}

void Network::fail(Link& link, const Outage& outage) {
  link.broken = true;
  link.blame(outage.cause);
  scheduler_.at(deadline_after(scheduler_.now(),
                               outage.half_open ? settings_.connect_timeout : base_latency()),
                EventClass::message, 0,
                [this, &link, half_open = outage.half_open, pin = link.pin] {
                  lose(link, half_open ? "connection timed out" : "connection refused");
                });
}

void Network::say(Link& link, ChannelNumber channel, const amqp::Method& method) {
  send(link.up, base_latency(), [this, &link, channel, method] {
    broker_.take({link.broker_id, channel}, method, scheduler_.now());
  });
}

void Network::publish(Link& link, ChannelNumber channel, amqp::Publication publication) {
  const Classified what = recorder_.classifier().classify(publication, link.process);
  recorder_.published(what, link.process);
  const auto parcel = std::make_shared<Parcel>(++last_message_, parcels_);
  parcel->what = what;
  parcel->from = link.process;
  const std::string stem = what.name + "/publish";
  const FrameFate fate = fate_of({.edge = edge_of(what),
                                  .hop = Hop::publish,
                                  .op = what.operation(),
                                  .method = what.method(),
                                  .from = link.process,
                                  .name = stem,
                                  .topic = what.topic(),
                                  .exchange = publication.exchange,
                                  .routing_key = publication.routing_key});
  for (const Firing& firing : fate.firings) {
    const std::string name = stem + "/" + firing.rule->id + "/by";
    if (auto changed = damaged(*firing.rule, what, publication, name))
      publication = *std::move(changed);
  }
  parcel->unroutable = fate.unroutable;
  parcel->refused = fate.refused.has_value();
  if (fate.refused) parcel->accepted = fate.refused->event;
  const std::size_t body = publication.message.body.size();
  auto come = [this, &link, channel, parcel, publication = std::move(publication)]() mutable {
    broker_.publish({link.broker_id, channel}, parcel, std::move(publication), scheduler_.now());
  };
  send(link.up, latency(stem), fate, std::move(come), body);
}

std::optional<amqp::Publication> Network::damaged(const Rule& rule, const Classified& what,
                                                  const amqp::Publication& publication,
                                                  const std::string& name) {
  std::string body = publication.message.body;
  if (!damage(rule.action, body, {.decisions = decisions_, .name = name})) return std::nullopt;
  recorder_.classifier().damaged(what, body);
  amqp::Publication changed = publication;
  changed.message.body = std::move(body);
  return changed;
}

void Network::reset(Link& link, const std::string& why) {
  if (over_ || link.broken) return;
  seal(link);
  if (link.stale == Duration::zero()) {
    forget_at_broker(link);
  } else {
    scheduler_.at(before_quiet(deadline_after(scheduler_.now(), link.stale)), EventClass::message,
                  0, [this, &link, pin = link.pin] {
                    if (!over_) forget_at_broker(link);
                  });
  }
  // The client's end needs a moment to notice: what it publishes meanwhile is in doubt.
  scheduler_.at(deadline_after(scheduler_.now(), base_latency()), EventClass::message,
                link.down.tie, [this, &link, why, pin = link.pin] {
                  runs_for(link.down);
                  lose(link, why);
                });
}

void Network::seal(Link& link) {
  link.broken = true;
  link.up.frames.clear();
  link.down.frames.clear();
}

void Network::sever(ProcessId id) {
  const std::vector<Link*> links = links_;
  for (Link* const link : links) {
    if (link->process_id == id) abandon(*link);
  }
}

void Network::abandon(Link& link) {
  if (over_ || std::exchange(link.events, nullptr) == nullptr) return;
  std::erase(links_, &link);
  link.deliveries.clear();
  if (link.finished || link.broken) return;
  recorder_.link(link.process, {.detail = check::Detail::abandoned, .name = link.name});
  // The end of the stream arrives behind everything that was sent.
  send(link.up, base_latency(), [this, &link] {
    seal(link);
    forget_at_broker(link);
  });
}

void Network::forget_at_broker(Link& link) {
  const ConnectionId id = std::exchange(link.broker_id, 0);
  if (id == 0) return;
  by_broker_id_.erase(id);
  comes_back_by_ = link.cause();
  broker_.lost(id, scheduler_.now());
  comes_back_by_ = check::no_event;
}

void Network::hang_up(Link& link, const std::string& why) {
  say(link, 0, amqp::ConnectionClose{});
  if (!why.empty())
    recorder_.link(link.process, {.detail = check::Detail::lost, .name = link.name, .text = why});
  link.finished = true;
  link.deliveries.clear();
  std::erase(links_, &link);
}

bool Network::finish(Link& link, const Told& told) {
  if (over_ || link.events == nullptr || std::exchange(link.finished, true)) return false;
  link.deliveries.clear();
  std::erase(links_, &link);
  recorder_.link(link.process, told, link.cause());
  return true;
}

void Network::lose(Link& link, const std::string& why) {
  const TimePoint awake = runtime_.paused_until(link.process_id);
  if (awake > scheduler_.now() && !over_ && link.events != nullptr && !link.finished) {
    scheduler_.at(awake, EventClass::message, link.down.tie, [this, &link, why, pin = link.pin] {
      runs_for(link.down);
      lose(link, why);
    });
    return;
  }
  if (!finish(link, {.detail = check::Detail::lost, .name = link.name, .text = why})) return;
  seal(link);
  link.events->lost(why);
}

}  // namespace castaway::sim
