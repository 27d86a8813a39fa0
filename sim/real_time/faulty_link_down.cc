// A link's way down: what the transport tells.

#include <utility>

#include "faulty_link.h"

namespace castaway::sim {

void FaultyLink::send_down(std::function<void(ConnectionEvents&)> act, Duration late) {
  down_->send(late, [link = shared_from_this(), act = std::move(act)] {
    if (link->events_ != nullptr && !link->finished_) act(*link->events_);
  });
}

void FaultyLink::opened() {
  send_down([this](ConnectionEvents& events) {
    world_.recorder().link(process_, {.detail = check::Detail::opened, .name = name_});
    events.opened();
  });
}

void FaultyLink::completed(RequestNumber request) {
  send_down([request](ConnectionEvents& events) { events.completed(request); });
}

void FaultyLink::confirmed(std::uint64_t tag, bool multiple, bool ack) {
  std::vector<Published> told;
  const auto first = multiple ? published_.begin() : published_.find(tag);
  for (auto each = first; each != published_.end() && each->first <= tag;) {
    told.push_back(std::move(each->second));
    each = published_.erase(each);
  }
  for (const Published& each : told) confirm(each, ack);
}

void FaultyLink::confirm(const Published& published, bool ack) {
  World::Carried& carried = world_.carried(published.number);
  carried.awaits_confirm = false;
  if (ack) world_.accepted(carried);
  if (published.cut) return cut_soon(*published.cut);
  const std::string stem = carried.what.name + "/confirm";
  const FrameFate fate = world_.fate_of({.edge = Edge::confirm,
                                         .hop = Hop::deliver,
                                         .op = carried.what.operation(),
                                         .method = carried.what.method(),
                                         .to = {process_},
                                         .name = stem});
  if (fate.lost) return lose(Way::down, fate.lost->event);
  if (!fate.cuts(Disconnect::Frame::lost)) {
    send_down(
        [this, &carried, tag = published.tag, ack, how = fate.confirmed](ConnectionEvents& events) {
          if (how == ConfirmAs::How::unknown) events.confirmed(tag + ConfirmAs::far, false, ack);
          for (int left = how == ConfirmAs::How::twice ? 2 : 1; left > 0; --left) {
            world_.recorder().confirmed(carried.what, process_, ack, carried.accepted);
            events.confirmed(tag, false, ack);
          }
        },
        fate.late + fate.apart);
  }
  if (fate.cut) cut_soon(*fate.cut);
}

void FaultyLink::refused(std::uint64_t tag, const std::string& why) {
  const auto node = published_.extract(tag);
  if (node.empty()) return;
  send_down([tag = node.mapped().tag, why](ConnectionEvents& events) { events.refused(tag, why); });
}

void FaultyLink::returned(Returned returned) {
  if (const std::int64_t number = world_.number_of(returned.message); number != 0) {
    World::Carried& carried = world_.carried(number);
    carried.is_returned = true;
    if (carried.instead_of) {
      returned.exchange = carried.instead_of->exchange;
      returned.routing_key = carried.instead_of->routing_key;
    }
  }
  if (returned.exchange.empty()) {
    returned.routing_key = world_.outer(returned.routing_key);
  } else {
    returned.exchange = world_.outer(returned.exchange);
  }
  send_down(
      [returned = std::move(returned)](ConnectionEvents& events) { events.returned(returned); });
}

void FaultyLink::delivered(Delivery delivery) {
  const std::int64_t number = world_.number_of(delivery.message);
  if (delivery.exchange.empty()) {
    delivery.routing_key = world_.outer(delivery.routing_key);
  } else {
    delivery.exchange = world_.outer(delivery.exchange);
  }
  OnItsWay message{.delivery = std::move(delivery), .number = number};
  if (message.delivery.redelivered) message.copy = Copy::redelivery;
  if (number != 0) {
    World::Carried& carried = world_.carried(number);
    carried.is_delivered = true;
    // It was accepted, or could not be here. But its confirm is the better witness.
    if (!carried.awaits_confirm) world_.accepted(carried);
    message.which = std::to_string(++carried.deliveries);
  }
  const std::string consumer_tag = message.delivery.consumer_tag;
  stand(std::move(message));
  let_later_come(consumer_tag);
}

void FaultyLink::let_later_come(const std::string& consumer_tag) {
  const auto consumed = consumed_.find(consumer_tag);
  if (consumed == consumed_.end()) return;
  std::vector<Later> due;
  std::erase_if(consumed->second.later, [&](Later& later) {
    // The message that it is a copy of does not count.
    if (later.others > 0 && --later.others > 0) return false;
    due.push_back(std::move(later));
    return true;
  });
  for (Later& later : due) stand(std::move(later.copy));
}

HandOver FaultyLink::delivery_of(const OnItsWay& message, std::string_view stem) const {
  const World::Carried& carried = world_.carried(message.number);
  return {.edge = edge_of(carried.what),
          .hop = Hop::deliver,
          .op = carried.what.operation(),
          .method = carried.what.method(),
          .from = carried.from,
          .to = {process_},
          .copy = message.copy,
          .name = stem};
}

void FaultyLink::stand(OnItsWay message) {
  const auto consumed = consumed_.find(message.delivery.consumer_tag);
  if (!is_usable() || consumed == consumed_.end()) return;
  const std::shared_ptr<OrderedChannel> channel = consumed->second.channel;
  if (message.number == 0) {
    return channel->send({}, [link = shared_from_this(), message] { link->come(message); });
  }
  const World::Carried& carried = world_.carried(message.number);
  const std::string stem = carried.what.name + "/queue/" + process_ + "/" + message.which;
  const std::vector<Firing> firings = world_.fire(delivery_of(message, stem));
  const std::uint64_t tag = message.delivery.delivery_tag;
  Duration late = {}, apart = {};
  const EventPattern* until = nullptr;
  bool lost = false, requeue = false;
  std::vector<std::pair<const Duplicate*, check::EventIndex>> copies;
  for (const Firing& firing : firings) {
    const std::string name = stem + "/" + firing.rule->id + "/by";
    damage(firing, carried.what, message.delivery.message.body, name);
    const Fate fate = fate_of(firing.rule->action, {.decisions = world_.decisions(), .name = name});
    if (fate.lost) lost = true;
    if (fate.redelivered) requeue = true;
    if (fate.until != nullptr) until = fate.until;
    if (fate.copies != nullptr) copies.emplace_back(fate.copies, firing.event);
    late += fate.late.value_or(Duration());
    apart += fate.places * one_place;
  }
  const TimePoint now = world_.scheduler().now();
  const auto come = [link = shared_from_this(), message] { link->come(message); };
  if (lost) {
    // The broker forgets it.
    if (tag != 0) send_up([tag](Connection& c) { c.acknowledge(tag); });
  } else if (requeue) {
    if (tag != 0) send_up([tag](Connection& c) { c.reject(tag, true); });
  } else if (until != nullptr) {
    world_.faults().hold_until(*until, shared_from_this(), come);
  } else if (apart > Duration::zero()) {
    world_.scheduler().at(world_.before_quiet(now + apart), EventClass::message, 0, come);
  } else {
    channel->send(world_.before_quiet(deadline_after(now, late)) - now, come);
  }
  for (const auto& [how, fault] : copies) duplicate(message, *how, fault);
}

void FaultyLink::duplicate(const OnItsWay& message, const Duplicate& how, check::EventIndex fault) {
  const auto& own_tag = message.delivery.consumer_tag;
  for (std::uint64_t i = 0; i < how.copies; ++i) {
    OnItsWay copy = message;
    copy.copy = Copy::duplicate;
    copy.cause = fault;
    copy.delivery.delivery_tag = 0;
    copy.delivery.redelivered = how.redelivered_flag;
    copy.which += "/copy-" + std::to_string(i + 1);
    // In a queue the copy stands behind the original, and so is the next consumer's.
    auto [link, tag] = how.to == Duplicate::To::same
                           ? std::pair(this, own_tag)
                           : world_.other_consumer(*this, own_tag, consumed_.at(own_tag).queue);
    copy.delivery.consumer_tag = tag;
    if (how.after_messages > 0) {
      // Its original, which is being delivered, counts once more: see let_later_come.
      link->consumed_.at(tag).later.push_back(
          {.others = how.after_messages + 1, .copy = std::move(copy)});
    } else {
      link->stand(std::move(copy));
    }
  }
}

void FaultyLink::come(OnItsWay message) {
  if (!is_usable() || broken_) return;
  if (message.number == 0) {
    return send_down([this, message](ConnectionEvents&) { arrive(message); });
  }
  const World::Carried& carried = world_.carried(message.number);
  const std::string stem = carried.what.name + "/deliver/" + process_ + "/" + message.which;
  HandOver hand_over = delivery_of(message, stem);
  hand_over.in_transit = true;
  const FrameFate fate = world_.fate_of(hand_over);
  if (!fate.cuts(Disconnect::Frame::lost))
    send_down([this, message](ConnectionEvents&) { arrive(message); });
  if (fate.cut) cut_soon(*fate.cut);
}

void FaultyLink::arrive(const OnItsWay& message) {
  Delivery delivery = message.delivery;
  Held held{.tag = delivery.delivery_tag};
  if (message.number != 0) {
    const World::Carried& carried = world_.carried(message.number);
    held.what = carried.what;
    held.delivered = world_.recorder().arrived(carried.what, process_, delivery.redelivered,
                                               message.cause != check::no_event ? message.cause
                                               : carried.is_accepted            ? carried.accepted
                                                                     : carried.published);
  }
  delivery.delivery_tag = ++deliveries_;
  held_.emplace(delivery.delivery_tag, std::move(held));
  events_->delivered(std::move(delivery));
}

void FaultyLink::cancelled(const std::string& consumer_tag) {
  send_down([consumer_tag](ConnectionEvents& events) { events.cancelled(consumer_tag); });
}

void FaultyLink::blocked(const std::string& reason) {
  send_down([reason](ConnectionEvents& events) { events.blocked(reason); });
}

void FaultyLink::unblocked() {
  send_down([](ConnectionEvents& events) { events.unblocked(); });
}

void FaultyLink::closed(Closed closed) {
  if (broken_) return;
  if (down_->is_dead() || down_->is_clear()) return finish(closed);
  down_->send({}, [link = shared_from_this(), closed] { link->finish(closed); });
}

}  // namespace castaway::sim
