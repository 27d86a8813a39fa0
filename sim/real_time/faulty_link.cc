// A link's way up: what the library hands over; and its beginning and end.

#include "faulty_link.h"

#include <algorithm>
#include <utility>

#include "castaway/sim/told.h"

namespace castaway::sim {

namespace {

constexpr Duration moment = 500us;
constexpr Duration connect_timeout = 5s;  ///< of an attempt to which nobody answers

}  // namespace

FaultyLink::FaultyLink(World& world, std::string process, std::string name,
                       ConnectionEvents& events)
    : BreakableLink(world.scheduler(), {.quiet = world.settings().quiet}),
      world_(world),
      process_(std::move(process)),
      name_(std::move(name)),
      events_(&events),
      up_(std::make_shared<OrderedChannel>(world.scheduler())),
      down_(std::make_shared<OrderedChannel>(world.scheduler())) {}

FaultyLink::~FaultyLink() { drop_inner(); }

void FaultyLink::open(Purpose purpose) {
  bool half_open = false;
  if (world_.is_cut(process_, half_open)) {
    broken_ = true;
    world_.scheduler().at(
        deadline_after(world_.scheduler().now(), half_open ? connect_timeout : moment),
        EventClass::message, 0, [link = shared_from_this(), half_open] {
          link->finish({.text = half_open ? "connection timed out" : "connection refused"});
        });
    return;
  }
  ear_ = std::make_unique<PostedEvents>(world_.task(), static_cast<ConnectionEvents&>(*this));
  inner_ = world_.transport().connect(purpose, name_, *ear_);
}

void FaultyLink::send_up(std::function<void(Connection&)> act, Duration late) {
  if (broken_ || finished_) return;
  up_->send(late, [link = shared_from_this(), act = std::move(act)] {
    if (link->inner_) act(*link->inner_);
  });
}

std::uint64_t FaultyLink::publish(Publication publication) {
  const std::uint64_t tag = ++publications_;
  if (!is_usable()) return tag;
  sent_through_ = tag;
  const Classified what = world_.recorder().classifier().classify(publication, process_);
  const check::EventIndex told = world_.recorder().published(what, process_);
  const std::int64_t number = world_.carry({.what = what, .from = process_, .published = told});
  const std::string stem = what.name + "/publish";
  const FrameFate fate = world_.fate_of({.edge = edge_of(what),
                                         .hop = Hop::publish,
                                         .op = what.operation(),
                                         .method = what.method(),
                                         .from = process_,
                                         .name = stem,
                                         .topic = what.topic(),
                                         .exchange = publication.exchange,
                                         .routing_key = publication.routing_key});
  if (fate.lost) {
    world_.in_doubt();
    lose(Way::up, fate.lost->event);
    return tag;
  }
  if (fate.cuts(Disconnect::Frame::lost)) {
    world_.in_doubt();
    cut_soon(*fate.cut);
    return tag;
  }
  for (const Firing& firing : fate.firings)
    damage(firing, what, publication.message.body, stem + "/" + firing.rule->id + "/by");
  if (fate.unroutable) {
    world_.carried(number).instead_of =
        World::Place{.exchange = std::exchange(publication.exchange, ""),
                     .routing_key = std::exchange(publication.routing_key, "nobody")};
  }
  publication.message.properties.headers[World::header] = number;
  if (publication.exchange.empty()) {
    publication.routing_key = world_.inner(publication.routing_key);
  } else {
    publication.exchange = world_.inner(publication.exchange);
  }
  Published published{.tag = tag, .number = number};
  published.cut = fate.cut;
  send_up(
      [link = this, published = std::move(published),
       publication = std::move(publication)](Connection& c) {
        link->world_.carried(published.number).awaits_confirm = link->confirms_;
        link->published_.emplace(c.publish(publication), published);
      },
      fate.late);
  return tag;
}

void FaultyLink::consume(const std::string& queue, const std::string& consumer_tag) {
  consumed_[consumer_tag] = {.queue = queue,
                             .channel = std::make_shared<OrderedChannel>(world_.scheduler())};
  world_.consumes(*this, queue, consumer_tag);
}

void FaultyLink::acknowledge(std::uint64_t tag, bool multiple) {
  if (!multiple) return settle(tag, true, false);
  while (!held_.empty() && held_.begin()->first <= tag) settle(held_.begin()->first, true, false);
}

void FaultyLink::reject(std::uint64_t tag, bool requeue) { settle(tag, false, requeue); }

void FaultyLink::settle(std::uint64_t tag, bool ack, bool requeue) {
  const auto node = held_.extract(tag);
  if (node.empty() || !is_usable()) return;
  const Held& held = node.mapped();
  world_.recorder().answered(held.what, held.delivered, ack);
  const std::string stem = held.what.name + "/ack/" + process_ + "/" + std::to_string(tag);
  const FrameFate fate = world_.fate_of({.edge = Edge::ack,
                                         .hop = Hop::publish,
                                         .op = held.what.operation(),
                                         .method = held.what.method(),
                                         .from = process_,
                                         .name = stem});
  if (fate.lost) return lose(Way::up, fate.lost->event);
  if (fate.cut) return cut_soon(*fate.cut);
  if (held.tag == 0) return;  // the broker knows nothing of a copy
  send_up(
      [tag = held.tag, ack, requeue](Connection& c) {
        if (ack) {
          c.acknowledge(tag);
        } else {
          c.reject(tag, requeue);
        }
      },
      fate.late);
}

void FaultyLink::damage(const Firing& firing, const Classified& what, std::string& body,
                        const std::string& name) {
  if (sim::damage(firing.rule->action, body, {.decisions = world_.decisions(), .name = name}))
    world_.recorder().classifier().damaged(what, body);
}

bool FaultyLink::die(Way way) {
  if (channel(way).is_dead()) return false;
  channel(way).die();
  return true;
}

void FaultyLink::cut_soon(const Firing& firing) {
  // Not at once: whoever caused it is still at work.
  world_.scheduler().at(
      world_.scheduler().now(), EventClass::world, 0,
      [&world = world_, firing, who = process_] { world.faults().disconnect(firing, who); });
}

void FaultyLink::reset(const std::string& why) {
  if (std::exchange(broken_, true)) return;
  drop_inner();
  // The library's end needs a moment to notice: what it publishes meanwhile is in doubt.
  world_.scheduler().at(deadline_after(world_.scheduler().now(), moment), EventClass::message, 0,
                        [link = shared_from_this(), why] { link->finish({.text = why}); });
}

void FaultyLink::drop_inner() {
  inner_.reset();
  ear_.reset();
  up_->close();
  down_->close();
  for (const auto& [tag, consumed] : consumed_) consumed.channel->close();
  for (const auto& [tag, published] : published_) {
    World::Carried& carried = world_.carried(published.number);
    carried.awaits_confirm = false;
    if (carried.is_delivered) {
      world_.accepted(carried);
    } else if (confirms_) {
      world_.in_doubt();
    }
  }
  published_.clear();
}

void FaultyLink::abandon() {
  const auto keep = shared_from_this();
  if (std::exchange(events_, nullptr) == nullptr) return;
  if (!finished_ && !broken_)
    world_.recorder().link(process_, {.detail = check::Detail::abandoned, .name = name_});
  drop_inner();
  world_.forget(*this);
}

void FaultyLink::finish(const Closed& closed) {
  if (events_ == nullptr || std::exchange(finished_, true)) return;
  broken_ = true;
  drop_inner();
  world_.forget(*this);
  world_.recorder().link(process_, told(closed, name_), cause());
  events_->closed(closed);
}

void FaultyLink::heal() {
  const bool is_held = !up_->is_clear() || !down_->is_clear();
  if (is_held || up_->is_dead() || down_->is_dead()) reset("the run is over");
}

}  // namespace castaway::sim
