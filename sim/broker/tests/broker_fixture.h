#pragma once
// BrokerWorld: a broker, some connections to it, and all of its answers, as lines to compare.
//
//   BrokerWorld world;
//   Peer server = world.open("server");
//   server.declare({.queue = "compute"});
//   server.consume("compute");
//   server.publish("compute", "hello");
//   EXPECT_THAT(world.heard(), ElementsAre("server got hello"));
//
// A message is known by its body. Answers to requests are left out unless `with_ok` is set.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/sim/broker.h"

namespace castaway::sim {

class BrokerWorld;

/// One connection, seen from its client.
class Peer {
 public:
  Peer(BrokerWorld& world, ConnectionId id) : world_(&world), id_(id) {}

  [[nodiscard]] ConnectionId id() const { return id_; }
  void declare(const QueueDeclaration& declaration);
  void declare(const ExchangeDeclaration& declaration);
  void bind(const std::string& queue, const std::string& exchange, const std::string& key);
  void unbind(const std::string& queue, const std::string& exchange, const std::string& key);
  void remove(const std::string& queue);
  void remove_exchange(const std::string& exchange);
  void prefetch(std::uint16_t count);
  void consume(const std::string& queue, const std::string& consumer_tag = "c");
  void cancel(const std::string& consumer_tag = "c");
  void confirm_select();

  void publish(Publication publication);
  /// To the default exchange.
  void publish(const std::string& queue, const std::string& body,
               const std::string& expiration = {});

  /// These settle the latest delivery of that body.
  void ack(const std::string& body) { ack(tag(body)); }
  void ack_through(const std::string& body) { ack(tag(body), true); }
  void reject(const std::string& body, bool requeue);
  void ack(std::uint64_t delivery_tag, bool multiple = false);
  void nack(std::uint64_t delivery_tag, bool multiple, bool requeue);
  void recover(bool requeue = true);
  [[nodiscard]] std::uint64_t tag(const std::string& body) const;

  void close();
  void lose();

 private:
  BrokerWorld* world_;
  ConnectionId id_;
  RequestNumber requests_ = 0;
  std::uint64_t publications_ = 0;
};

class BrokerWorld final : public BrokerOutput, public QueueFaults {
 public:
  Broker broker{*this, *this};
  bool with_ok = false;
  /// By the body of a message, or by the name of a queue; the others are placed as by default.
  std::map<std::string, std::vector<Placement>> placements = {};
  TimePoint now = TimePoint(1s);  ///< not 0, so that a missing time shows
  TimePoint wake = never;
  std::vector<TimePoint> wakes = {};    ///< all that was asked for
  std::vector<std::string> notes = {};  ///< "1 accepted by 2", "1 acknowledged": by message number
  std::map<std::pair<ConnectionId, std::string>, std::uint64_t> tags = {};
  MessageId last_message = 0;

  Peer open(const std::string& name) {
    const ConnectionId id = broker.open(name, now);
    names_[id] = name;
    return {*this, id};
  }

  /// All that was said since it was last asked.
  std::vector<std::string> heard() { return std::exchange(heard_, {}); }

  /// Lets `length` pass; the broker is woken only when it asked for it.
  void pass(Duration length) {
    const TimePoint end = now + length;
    while (wake <= end) {
      now = std::exchange(wake, never);
      broker.advance(now);
    }
    now = end;
  }

  void completed(ConnectionId to, RequestNumber request) override {
    if (with_ok) say(to, "ok " + std::to_string(request));
  }
  void confirmed(ConnectionId to, std::uint64_t tag, bool multiple, bool ack,
                 MessageId /*message*/) override {
    say(to,
        (ack ? "confirmed " : "refused ") + std::to_string(tag) + (multiple ? " and before" : ""));
  }
  void returned(ConnectionId to, Returned returned) override {
    say(to, "returned " + returned.message.body + " from '" + returned.exchange + "' " +
                returned.routing_key + ": " + std::to_string(returned.reply_code) + " " +
                returned.reply_text);
    last_returned = std::move(returned);
  }
  void deliver(ConnectionId to, BrokerDelivery given) override {
    const Delivery& delivery = given.delivery;
    tags[{to, delivery.message.body}] = delivery.delivery_tag;
    say(to, "got " + delivery.message.body +
                (delivery.consumer_tag == "c" ? "" : " as " + delivery.consumer_tag) +
                (given.copy == 1 ? "" : " copy " + std::to_string(given.copy)) +
                (given.attempt == 1 ? "" : " attempt " + std::to_string(given.attempt)) +
                (delivery.redelivered ? " redelivered" : ""));
    last_delivery = std::move(given);
  }
  void cancelled(ConnectionId to, const std::string& consumer_tag) override {
    say(to, "cancelled " + consumer_tag);
  }
  void blocked(ConnectionId to, const std::string& reason) override {
    say(to, "blocked: " + reason);
  }
  void unblocked(ConnectionId to) override { say(to, "unblocked"); }
  void closed(ConnectionId to, Closed closed) override {
    say(to, std::string(closed.by_us ? "closed in peace: " : "closed: ") +
                std::to_string(closed.code) + " " + closed.text);
  }
  void accepted(ConnectionId /*from*/, MessageId message, const Publication& /*publication*/,
                std::size_t queues) override {
    notes.push_back(std::to_string(message) + " accepted by " + std::to_string(queues));
  }
  void settled(ConnectionId /*from*/, MessageId message, std::uint32_t copy, bool ack,
               bool requeue) override {
    notes.push_back(std::to_string(message) + "." + std::to_string(copy) +
                    (ack       ? " acknowledged"
                     : requeue ? " requeued"
                               : " dropped"));
  }
  void wake_at(TimePoint when) override {
    wake = when;
    wakes.push_back(when);
  }

  [[nodiscard]] std::vector<Placement> place(MessageId message, const std::string& queue,
                                             const Publication& publication,
                                             TimePoint when) override {
    for (const std::string& key : {publication.message.body, queue}) {
      if (const auto found = placements.find(key); found != placements.end()) return found->second;
    }
    return QueueFaults::place(message, queue, publication, when);
  }

  BrokerDelivery last_delivery = {};
  Returned last_returned = {};

 private:
  void say(ConnectionId to, const std::string& what) {
    heard_.push_back(names_.at(to) + " " + what);
  }

  std::map<ConnectionId, std::string> names_ = {};
  std::vector<std::string> heard_ = {};
};

inline void Peer::declare(const QueueDeclaration& declaration) {
  world_->broker.declare_queue(id_, ++requests_, declaration, world_->now);
}
inline void Peer::declare(const ExchangeDeclaration& declaration) {
  world_->broker.declare_exchange(id_, ++requests_, declaration, world_->now);
}
inline void Peer::bind(const std::string& queue, const std::string& exchange,
                       const std::string& key) {
  world_->broker.bind_queue(id_, ++requests_, queue, exchange, key, world_->now);
}
inline void Peer::unbind(const std::string& queue, const std::string& exchange,
                         const std::string& key) {
  world_->broker.unbind_queue(id_, ++requests_, queue, exchange, key, world_->now);
}
inline void Peer::remove_exchange(const std::string& exchange) {
  world_->broker.delete_exchange(id_, ++requests_, exchange, world_->now);
}
inline void Peer::remove(const std::string& queue) {
  world_->broker.delete_queue(id_, ++requests_, queue, world_->now);
}
inline void Peer::prefetch(std::uint16_t count) {
  world_->broker.prefetch(id_, ++requests_, count, world_->now);
}
inline void Peer::consume(const std::string& queue, const std::string& consumer_tag) {
  world_->broker.consume(id_, ++requests_, queue, consumer_tag, world_->now);
}
inline void Peer::cancel(const std::string& consumer_tag) {
  world_->broker.cancel(id_, ++requests_, consumer_tag, world_->now);
}
inline void Peer::confirm_select() { world_->broker.confirm_select(id_, ++requests_, world_->now); }
inline void Peer::publish(Publication publication) {
  world_->broker.publish(id_, ++publications_, ++world_->last_message, std::move(publication),
                         world_->now);
}
inline void Peer::publish(const std::string& queue, const std::string& body,
                          const std::string& expiration) {
  publish(
      {.routing_key = queue, .message = {.properties = {.expiration = expiration}, .body = body}});
}
inline void Peer::reject(const std::string& body, bool requeue) {
  world_->broker.reject(id_, tag(body), requeue, world_->now);
}
inline void Peer::ack(std::uint64_t delivery_tag, bool multiple) {
  world_->broker.acknowledge(id_, delivery_tag, multiple, world_->now);
}
inline void Peer::nack(std::uint64_t delivery_tag, bool multiple, bool requeue) {
  world_->broker.nack(id_, delivery_tag, multiple, requeue, world_->now);
}
inline void Peer::recover(bool requeue) {
  world_->broker.recover(id_, ++requests_, requeue, world_->now);
}
inline std::uint64_t Peer::tag(const std::string& body) const {
  return world_->tags.at({id_, body});
}
inline void Peer::close() { world_->broker.close(id_, world_->now); }
inline void Peer::lose() { world_->broker.lost(id_, world_->now); }

}  // namespace castaway::sim
