// The broker's end: what it says goes down the links, and what may happen to a message in a queue
// is decided here.

#include <algorithm>
#include <utility>

#include "castaway/sim/network.h"

#include "network_link.h"

namespace castaway::sim {

void Network::completed(ConnectionId to, RequestNumber request) {
  const LinkPtr link = find(to);
  if (!link) return;
  send_down(link, base_latency(), [link, request] {
    if (link->events != nullptr) link->events->completed(request);
  });
}

void Network::confirmed(ConnectionId to, std::uint64_t tag, bool multiple, bool ack,
                        MessageId message) {
  const LinkPtr link = find(to);
  if (!link) return;
  const Carried& carried = carried_.at(message);
  const std::string stem = carried.what.name + "/confirm";
  const std::optional<Duration> extra = delayed({.edge = Edge::confirm,
                                                 .hop = Hop::deliver,
                                                 .op = carried.what.op,
                                                 .method = recorder_.text(carried.what.method),
                                                 .to = {link->process},
                                                 .name = stem});
  if (!extra) return lose(link, &Link::down);
  send_down(link, latency(stem) + *extra, [this, link, tag, multiple, ack, message] {
    if (link->events == nullptr) return;
    recorder_.confirmed(carried_.at(message).what, link->process, ack);
    link->events->confirmed(tag, multiple, ack);
  });
}

void Network::returned(ConnectionId to, Returned returned) {
  const LinkPtr link = find(to);
  if (!link) return;
  send_down(link, base_latency(), [link, returned = std::move(returned)]() mutable {
    if (link->events != nullptr) link->events->returned(std::move(returned));
  });
}

void Network::deliver(ConnectionId to, BrokerDelivery delivery) {
  const LinkPtr link = find(to);
  if (!link) return;
  const Classified& what = carried_.at(delivery.message).what;
  std::string which = std::to_string(delivery.copy) + "." + std::to_string(delivery.attempt);
  const std::string stem = what.name + "/deliver/" + link->process + "/" + which;
  // Under any order the latency was spent in the queue, where messages may overtake each other.
  const Duration transit = settings_.any_order ? base_latency() : latency(stem);
  send_down(link, transit,
            [this, link, which = std::move(which), delivery = std::move(delivery)]() mutable {
              if (link->events == nullptr) return;
              link->deliveries.emplace(delivery.delivery.delivery_tag,
                                       std::pair(delivery.message, std::move(which)));
              recorder_.arrived(carried_.at(delivery.message).what, link->process,
                                delivery.delivery.redelivered);
              link->events->delivered(std::move(delivery.delivery));
            });
}

void Network::cancelled(ConnectionId to, const std::string& consumer_tag) {
  const LinkPtr link = find(to);
  if (!link) return;
  send_down(link, base_latency(), [link, consumer_tag] {
    if (link->events != nullptr) link->events->cancelled(consumer_tag);
  });
}

void Network::blocked(ConnectionId to, const std::string& reason) {
  const LinkPtr link = find(to);
  if (!link) return;
  send_down(link, base_latency(), [link, reason] {
    if (link->events != nullptr) link->events->blocked(reason);
  });
}

void Network::unblocked(ConnectionId to) {
  const LinkPtr link = find(to);
  if (!link) return;
  send_down(link, base_latency(), [link] {
    if (link->events != nullptr) link->events->unblocked();
  });
}

void Network::closed(ConnectionId to, Closed closed) {
  const LinkPtr link = find(to);
  if (!link) return;
  by_broker_id_.erase(to);
  link->broker_id = 0;
  send_down(link, base_latency(),
            [this, link, closed = std::move(closed)] { finish(link, closed); });
}

void Network::accepted(ConnectionId, MessageId message, const Publication&, std::size_t queues) {
  recorder_.accepted(carried_.at(message).what, queues);
}

void Network::settled(ConnectionId from, MessageId message, std::uint32_t, bool ack, bool requeue) {
  const LinkPtr link = find(from);
  recorder_.settled(carried_.at(message).what, link ? link->process : "broker", ack, requeue);
}

void Network::wake_at(TimePoint when) {
  scheduler_.cancel(wake_);
  wake_ = scheduler_.at(when, EventClass::message, 0, [this] {
    if (!over_) broker_.advance(scheduler_.now());
  });
}

std::vector<Placement> Network::place(MessageId message, const std::string& queue,
                                      const Publication&, TimePoint now) {
  const Carried& carried = carried_.at(message);
  const std::string stem = carried.what.name + "/queue/" + queue_label(queue);
  Placement original{.ready = now};
  if (settings_.any_order) {
    original.ready = deadline_after(now, latency(stem));
    original.may_be_overtaken = true;
  }
  std::vector<Placement> copies = {original};
  if (faults_ == nullptr || faults_->empty()) return copies;
  HandOver hand_over{.edge = carried.what.request ? Edge::request : Edge::reply,
                     .hop = Hop::deliver,
                     .op = carried.what.op,
                     .method = recorder_.text(carried.what.method),
                     .from = carried.from,
                     .name = stem};
  if (const auto consumers = consumers_.find(queue); consumers != consumers_.end()) {
    hand_over.to.assign(consumers->second.begin(), consumers->second.end());
  }
  for (const Rule* rule : faults_->fire(hand_over)) apply(*rule, stem, message, copies, 1);
  for (auto last = static_cast<std::uint32_t>(copies.size()), copy = 2U; copy <= last; ++copy) {
    const std::string copy_stem = stem + "/copy-" + std::to_string(copy);
    hand_over.copy = Copy::duplicate;
    hand_over.name = copy_stem;
    for (const Rule* rule : faults_->fire(hand_over)) {
      apply(*rule, copy_stem, message, copies, copy);
    }
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

void Network::apply(const Rule& rule, const std::string& stem, MessageId message,
                    std::vector<Placement>& copies, std::uint32_t number) {
  const auto placement = std::find_if(copies.begin(), copies.end(),
                                      [number](const Placement& p) { return p.copy == number; });
  if (placement == copies.end()) return;
  const std::string name = stem + "/" + rule.id + "/by";
  if (std::holds_alternative<Drop>(rule.action)) {
    copies.erase(placement);
  } else if (const auto* delay = std::get_if<Delay>(&rule.action)) {
    placement->ready = deadline_after(placement->ready, draw(delay->by, decisions_, name));
  } else if (const auto* until = std::get_if<HoldUntil>(&rule.action)) {
    placement->held = true;
    placement->may_be_overtaken = true;  // else what it waits for could wait for it
    faults_->when(until->event,
                  [this, message, number] { broker_.release(message, number, scheduler_.now()); });
  } else if (const auto* reorder = std::get_if<Reorder>(&rule.action)) {
    placement->may_be_overtaken = true;
    if (reorder->overtake != 0) {
      placement->overtakes = reorder->overtake;
    } else {
      // A task that waits for each confirm sends once in a round trip: so long is one place in the
      // window.
      const std::uint64_t places = decisions_.decide({.name = name, .bound = reorder->window});
      placement->ready = deadline_after(placement->ready, places * (2 * base_latency() + 1us));
    }
  } else if (const auto* duplicate = std::get_if<Duplicate>(&rule.action)) {
    Placement copy = *placement;
    copy.held = false;  // only the original is let go later
    copy.after_messages = duplicate->after_messages;
    copy.redelivered = duplicate->redelivered_flag;
    copy.may_be_overtaken = true;
    copy.to = duplicate->to == Duplicate::To::same    ? Placement::To::same
              : duplicate->to == Duplicate::To::other ? Placement::To::other
                                                      : Placement::To::any;
    for (std::uint64_t i = 0; i < duplicate->copies; ++i) {
      copy.copy = static_cast<std::uint32_t>(copies.size() + 1);
      copies.push_back(copy);
    }
  }
}

/// Queues whose names end in an id are called by who consumes from them: the name of a decision
/// must not depend on chance.
std::string Network::queue_label(const std::string& queue) const {
  const bool has_id = queue.starts_with("reply_") || queue.find("_fanout_") != std::string::npos;
  if (!has_id) return queue;
  const auto consumers = consumers_.find(queue);
  return consumers == consumers_.end() || consumers->second.empty() ? "private"
                                                                    : *consumers->second.begin();
}

}  // namespace castaway::sim
