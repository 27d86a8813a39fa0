// The broker's end: what it says goes down the links.

#include <algorithm>
#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

void Network::say(ChannelId to, const amqp::Method& method) {
  Link* const link = find(to.connection);
  if (link == nullptr) return;
  if (std::holds_alternative<amqp::ChannelOpenOk>(method) && to.number == link->opens) return;
  const bool was_asked = std::holds_alternative<amqp::ConnectionCloseOk>(method);
  const auto* const close = std::get_if<amqp::ConnectionClose>(&method);
  if (close != nullptr || was_asked) {
    by_broker_id_.erase(to.connection);
    link->broker_id = 0;
  }
  if (close != nullptr && act_ != check::no_event) link->blame(act_);
  if (std::holds_alternative<amqp::ChannelClose>(method) ||
      std::holds_alternative<amqp::ChannelCloseOk>(method))
    ++link->lives[to.number];
  send(link->down, base_latency(), [this, link, channel = to.number, method, act = act_] {
    if (link->events == nullptr || link->finished) return;
    if (std::holds_alternative<amqp::ConnectionCloseOk>(method)) {
      finish(*link, {.detail = check::Detail::closed, .name = link->name});
      seal(*link);
    } else if (const auto* closed = std::get_if<amqp::ConnectionClose>(&method)) {
      finish(*link,
             {.detail = check::Detail::lost, .name = link->name, .text = closed->reply_text});
      seal(*link);
    } else if (const auto* error = std::get_if<amqp::ChannelClose>(&method)) {
      // What came on that channel is lost to the client, though the link lives on.
      recorder_.link(
          link->process,
          {.detail = check::Detail::channel_closed, .name = link->name, .text = error->reply_text},
          act);
      forget_deliveries(*link, channel);
    } else if (std::holds_alternative<amqp::ChannelCloseOk>(method) ||
               std::holds_alternative<amqp::BasicRecoverOk>(method)) {
      // The broker has taken back all that came before this.
      forget_deliveries(*link, channel);
    }
    link->events->said(channel, method);
  });
}

void Network::forget_deliveries(Link& link, ChannelNumber channel) {
  std::erase_if(link.deliveries,
                [channel](const auto& held) { return held.first.first == channel; });
}

void Network::returned(ChannelId to, BrokerReturn returned) {
  Link* const link = find(to.connection);
  if (link == nullptr) return;
  const std::size_t body = returned.content->body.size();
  auto come = [link, channel = to.number, returned = std::move(returned)]() mutable {
    if (link->events != nullptr && !link->finished)
      link->events->returned(channel, std::move(returned));
  };
  send(link->down, base_latency(), std::move(come), body);
}

void Network::deliver(ChannelId to, BrokerDelivery delivery) {
  Link* const link = find(to.connection);
  if (link == nullptr) return;
  const Parcel& parcel = Parcel::of(delivery.message);
  const Classified& what = parcel.what;
  std::string which = fmt::format(FMT_COMPILE("{}.{}"), delivery.copy, delivery.attempt);
  const std::string stem =
      fmt::format(FMT_COMPILE("{}/deliver/{}/{}"), what.name, link->process, which);
  const FrameFate fate = fate_of({.edge = edge_of(what),
                                  .hop = Hop::deliver,
                                  .op = what.operation(),
                                  .method = what.method(),
                                  .from = parcel.from,
                                  .to = {link->process},
                                  .copy = delivery.attempt > 1 ? Copy::redelivery
                                          : delivery.copy > 1  ? Copy::duplicate
                                                               : Copy::original,
                                  .name = stem,
                                  .in_transit = true});
  const auto copied = parcel.copied_by.find(delivery.copy);
  const check::EventIndex fault =
      copied == parcel.copied_by.end() ? check::no_event : copied->second;
  // Under any order the latency was spent in the queue, where messages may overtake each other.
  const Duration transit = settings_.any_order ? base_latency() : latency(stem);
  const std::size_t body = delivery.content->body.size();
  auto come = [this, link, channel = to.number, which = std::move(which), fault,
               delivery = std::move(delivery)]() mutable {
    if (link->events == nullptr || link->finished) return;
    const Parcel& carried = Parcel::of(delivery.message);
    const check::EventIndex event =
        recorder_.arrived(carried.what, link->process, delivery.method.redelivered,
                          fault != check::no_event ? fault : carried.accepted);
    if (!delivery.no_ack)
      link->deliveries.emplace(std::pair(channel, delivery.method.delivery_tag),
                               Held{.message = delivery.message,
                                    .which = std::move(which),
                                    .delivered = event,
                                    .at = scheduler_.now()});
    link->events->delivered(channel, std::move(delivery));
  };
  send(link->down, transit, fate, std::move(come), body);
}

void Network::consumes(ConnectionId from, const std::string& queue) {
  const Link* const link = find(from);
  if (link != nullptr) consumers_[queue].insert(link->process);
}

void Network::accepted(ConnectionId, const CarriedPtr& message, const amqp::Publication&,
                       std::size_t queues) {
  Parcel& parcel = Parcel::of(message);
  parcel.accepted = recorder_.accepted(parcel.what, queues);
}

void Network::settled(ConnectionId from, const CarriedPtr& message, std::uint32_t, bool ack,
                      bool requeue) {
  const Link* const link = find(from);
  const auto settling = std::find_if(settling_.begin(), settling_.end(), [&](const Settling& each) {
    return each.message == message->id;
  });
  check::EventIndex delivered = check::no_event;
  if (settling != settling_.end()) {
    delivered = settling->delivered;
    settling_.erase(settling);  // another copy of it may be settled with this one
  }
  recorder_.settled(Parcel::of(message).what, link != nullptr ? link->process : "broker", ack,
                    requeue, delivered);
}

void Network::wake_at(TimePoint when) {
  scheduler_.cancel(wake_);
  wake_ = scheduler_.at(when, EventClass::message, 0, [this] {
    if (!over_) broker_.advance(scheduler_.now());
  });
}

}  // namespace castaway::sim
