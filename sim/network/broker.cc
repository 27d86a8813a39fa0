// The broker's end: what it says goes down the links.

#include <utility>

#include <fmt/compile.h>

#include "castaway/sim/network.h"

#include "link.h"

namespace castaway::sim {

void Network::completed(ConnectionId to, RequestNumber request) {
  Link* const link = find(to);
  if (link == nullptr) return;
  send(link->down, base_latency(), [link, request] {
    if (link->events != nullptr) link->events->completed(request);
  });
}

void Network::confirmed(ConnectionId to, std::uint64_t tag, bool multiple, bool ack,
                        MessageId message) {
  Link* const link = find(to);
  if (link == nullptr) return;
  const Carried& carried = carried_.at(message);
  const std::string stem = carried.what.name + "/confirm";
  const FrameFate fate = fate_of({.edge = Edge::confirm,
                                  .hop = Hop::deliver,
                                  .op = carried.what.op,
                                  .method = recorder_.text(carried.what.method),
                                  .to = {link->process},
                                  .name = stem});
  send(link->down, latency(stem), fate, [this, link, tag, multiple, ack, &carried] {
    if (link->events == nullptr) return;
    recorder_.confirmed(carried.what, link->process, ack, carried.accepted);
    link->events->confirmed(tag, multiple, ack);
  });
}

void Network::returned(ConnectionId to, Returned returned) {
  Link* const link = find(to);
  if (link == nullptr) return;
  send(link->down, base_latency(), [link, returned = std::move(returned)]() mutable {
    if (link->events != nullptr) link->events->returned(std::move(returned));
  });
}

void Network::deliver(ConnectionId to, BrokerDelivery delivery) {
  Link* const link = find(to);
  if (link == nullptr) return;
  const Carried& carried = carried_.at(delivery.message);
  const Classified& what = carried.what;
  std::string which = fmt::format(FMT_COMPILE("{}.{}"), delivery.copy, delivery.attempt);
  const std::string stem =
      fmt::format(FMT_COMPILE("{}/deliver/{}/{}"), what.name, link->process, which);
  const FrameFate fate = fate_of({.edge = edge_of(what),
                                  .hop = Hop::deliver,
                                  .op = what.op,
                                  .method = recorder_.text(what.method),
                                  .from = carried.from,
                                  .to = {link->process},
                                  .copy = delivery.attempt > 1 ? Copy::redelivery
                                          : delivery.copy > 1  ? Copy::duplicate
                                                               : Copy::original,
                                  .name = stem,
                                  .in_transit = true});
  const auto copied = copied_by_.find({delivery.message, delivery.copy});
  const check::EventIndex fault = copied == copied_by_.end() ? check::no_event : copied->second;
  // Under any order the latency was spent in the queue, where messages may overtake each other.
  const Duration transit = settings_.any_order ? base_latency() : latency(stem);
  send(link->down, transit, fate,
       [this, link, which = std::move(which), fault, &carried,
        delivery = std::move(delivery)]() mutable {
         if (link->events == nullptr) return;
         const check::EventIndex event =
             recorder_.arrived(carried.what, link->process, delivery.delivery.redelivered,
                               fault != check::no_event ? fault : carried.accepted);
         link->deliveries.emplace(
             delivery.delivery.delivery_tag,
             Held{.message = delivery.message, .which = std::move(which), .delivered = event});
         link->events->delivered(std::move(delivery.delivery));
       });
}

void Network::cancelled(ConnectionId to, const std::string& consumer_tag) {
  Link* const link = find(to);
  if (link == nullptr) return;
  send(link->down, base_latency(), [link, consumer_tag] {
    if (link->events != nullptr) link->events->cancelled(consumer_tag);
  });
}

void Network::blocked(ConnectionId to, const std::string& reason) {
  Link* const link = find(to);
  if (link == nullptr) return;
  send(link->down, base_latency(), [link, reason] {
    if (link->events != nullptr) link->events->blocked(reason);
  });
}

void Network::unblocked(ConnectionId to) {
  Link* const link = find(to);
  if (link == nullptr) return;
  send(link->down, base_latency(), [link] {
    if (link->events != nullptr) link->events->unblocked();
  });
}

void Network::closed(ConnectionId to, Closed closed) {
  Link* const link = find(to);
  if (link == nullptr) return;
  by_broker_id_.erase(to);
  link->broker_id = 0;
  send(link->down, base_latency(),
       [this, link, closed = std::move(closed)] { finish(*link, closed); });
}

void Network::accepted(ConnectionId, MessageId message, const Publication&, std::size_t queues) {
  Carried& carried = carried_.at(message);
  carried.accepted = recorder_.accepted(carried.what, queues);
}

void Network::settled(ConnectionId from, MessageId message, std::uint32_t, bool ack, bool requeue) {
  const Link* const link = find(from);
  recorder_.settled(carried_.at(message).what, link != nullptr ? link->process : "broker", ack,
                    requeue, settling_);
}

void Network::wake_at(TimePoint when) {
  scheduler_.cancel(wake_);
  wake_ = scheduler_.at(when, EventClass::message, 0, [this] {
    if (!over_) broker_.advance(scheduler_.now());
  });
}

}  // namespace castaway::sim
