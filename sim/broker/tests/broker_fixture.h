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
//
// A peer has one channel unless it opens more, and its connection ends with it, as that of our own
// library does.

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/amqp/transport_words.h"
#include "castaway/sim/broker.h"

namespace castaway::sim {

class BrokerWorld;

/// One channel, seen from its client.
class Peer {
 public:
  Peer(BrokerWorld& world, ChannelId id) : world_(&world), id_(id) {}

  [[nodiscard]] ConnectionId id() const { return id_.connection; }
  [[nodiscard]] ChannelId channel() const { return id_; }
  /// Another channel of the same connection.
  [[nodiscard]] Peer open_channel(ChannelNumber number) const;
  /// Any method of the channel.
  void say(const amqp::Method& method);

  void declare(const QueueDeclaration& declaration) { say(amqp::to_amqp(declaration)); }
  void declare(const ExchangeDeclaration& declaration) { say(amqp::to_amqp(declaration)); }
  void bind(const std::string& queue, const std::string& exchange, const std::string& key) {
    say(amqp::QueueBind{.queue = queue, .exchange = exchange, .routing_key = key});
  }
  void unbind(const std::string& queue, const std::string& exchange, const std::string& key) {
    say(amqp::QueueUnbind{.queue = queue, .exchange = exchange, .routing_key = key});
  }
  void remove(const std::string& queue) { say(amqp::QueueDelete{.queue = queue}); }
  void remove_exchange(const std::string& exchange) {
    say(amqp::ExchangeDelete{.exchange = exchange});
  }
  void prefetch(std::uint16_t count) { say(amqp::BasicQos{.prefetch_count = count}); }
  void consume(const std::string& queue, const std::string& consumer_tag = "c") {
    say(amqp::BasicConsume{.queue = queue, .consumer_tag = consumer_tag});
  }
  void cancel(const std::string& consumer_tag = "c") {
    say(amqp::BasicCancel{.consumer_tag = consumer_tag});
  }
  void confirm_select() { say(amqp::ConfirmSelect{}); }

  void publish(Publication publication) { send(amqp::to_amqp(std::move(publication))); }
  void send(amqp::Publication publication);
  /// To the default exchange.
  void publish(const std::string& queue, const std::string& body,
               const std::string& expiration = {}) {
    publish(Publication{.routing_key = queue,
                        .message = {.properties = {.expiration = expiration}, .body = body}});
  }

  /// These settle the latest delivery of that body.
  void ack(const std::string& body) { ack(tag(body)); }
  void ack_through(const std::string& body) { ack(tag(body), true); }
  void reject(const std::string& body, bool requeue) { say(amqp::BasicReject{tag(body), requeue}); }
  void ack(std::uint64_t delivery_tag, bool multiple = false) {
    say(amqp::BasicAck{delivery_tag, multiple});
  }
  void nack(std::uint64_t delivery_tag, bool multiple, bool requeue) {
    say(amqp::BasicNack{delivery_tag, multiple, requeue});
  }
  void recover(bool requeue = true) { say(amqp::BasicRecover{requeue}); }
  [[nodiscard]] std::uint64_t tag(const std::string& body) const;

  void close();
  void lose();

 private:
  BrokerWorld* world_;
  ChannelId id_;
};

class BrokerWorld final : public BrokerOutput, public QueueFaults {
 public:
  /// Patient with what is not acknowledged, so that it asks for no time but what tests are about.
  BrokerWorld() { broker.set_consumer_timeout({.age = Duration::max()}); }

  Broker broker{*this, *this};
  bool with_ok = false;
  /// By the body of a message, or by the name of a queue; the others are placed as by default.
  std::map<std::string, std::vector<Placement>> placements = {};
  TimePoint now = TimePoint(1s);  ///< not 0, so that a missing time shows
  TimePoint wake = never;
  std::vector<TimePoint> wakes = {};    ///< all that was asked for
  std::vector<std::string> notes = {};  ///< "1 accepted by 2", "1 acknowledged": by message number
  std::map<std::pair<ChannelId, std::string>, std::uint64_t> tags = {};
  MessageId last_message = 0;

  /// A connection with channel 1.
  Peer open(const std::string& name, std::uint64_t node = 1) {
    return open(Opening{.name = name, .node = node});
  }
  Peer open(const Opening& who) {
    const ConnectionId id = broker.open(who, now);
    names_[id] = who.name;
    return open_channel({id, 1});
  }
  Peer open_channel(ChannelId id) {
    broker.take(id, amqp::ChannelOpen{}, now);
    return {*this, id};
  }
  /// Any method of this channel. After an error of its only channel the connection is closed too.
  void take(ChannelId from, const amqp::Method& method) {
    broker.take(from, method, now);
    end_connections();
  }
  void end_connections() {
    for (const ConnectionId id : std::exchange(ending_, {}))
      broker.take({id, 0}, amqp::ConnectionClose{}, now);
  }
  /// From now on, the connection stays when a channel of it was closed for an error.
  void keep(ConnectionId id) { kept_.insert(id); }

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

  void say(ChannelId to, const amqp::Method& method) override {
    if (const auto* close = std::get_if<amqp::ChannelClose>(&method)) {
      tell(to, "closed: " + std::to_string(close->reply_code) + " " + close->reply_text);
      if (!kept_.contains(to.connection)) ending_.push_back(to.connection);
    } else if (const auto* end = std::get_if<amqp::ConnectionClose>(&method)) {
      tell(to, "closed: " + std::to_string(end->reply_code) + " " + end->reply_text);
    } else if (std::holds_alternative<amqp::ConnectionCloseOk>(method)) {
      if (goodbyes_.erase(to.connection) > 0) tell(to, "closed in peace: 200 OK");
    } else if (const auto* cancel = std::get_if<amqp::BasicCancel>(&method)) {
      tell(to, "cancelled " + cancel->consumer_tag);
    } else if (const auto* blocked = std::get_if<amqp::ConnectionBlocked>(&method)) {
      tell(to, "blocked: " + blocked->reason);
    } else if (std::holds_alternative<amqp::ConnectionUnblocked>(method)) {
      tell(to, "unblocked");
    } else if (with_ok && !std::holds_alternative<amqp::ChannelOpenOk>(method)) {
      tell(to, "ok");
    }
    last_said = method;
  }
  void say_goodbye(ConnectionId id) {
    goodbyes_.insert(id);
    broker.take({id, 0}, amqp::ConnectionClose{}, now);
  }
  void confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool ack,
                 const CarriedPtr& /*message*/) override {
    tell(to,
         (ack ? "confirmed " : "refused ") + std::to_string(tag) + (multiple ? " and before" : ""));
  }
  void returned(ChannelId to, BrokerReturn returned) override {
    const amqp::BasicReturn& method = returned.method;
    tell(to, "returned " + returned.content->body + " from '" + method.exchange + "' " +
                 method.routing_key + ": " + std::to_string(method.reply_code) + " " +
                 method.reply_text);
    last_returned = std::move(returned);
  }
  void deliver(ChannelId to, BrokerDelivery given) override {
    const amqp::BasicDeliver& method = given.method;
    const std::string& body = given.content->body;
    tags[{to, body}] = method.delivery_tag;
    tell(to, "got " + body + (method.consumer_tag == "c" ? "" : " as " + method.consumer_tag) +
                 (given.copy == 1 ? "" : " copy " + std::to_string(given.copy)) +
                 (given.attempt == 1 ? "" : " attempt " + std::to_string(given.attempt)) +
                 (method.redelivered ? " redelivered" : ""));
    last_delivery = std::move(given);
  }
  void consumes(ConnectionId /*from*/, const std::string& /*queue*/) override {}
  void lapsed(const std::string& /*queue*/) override {}
  void dropped(const CarriedPtr& message, const std::string& queue, std::string_view why) override {
    // Of what was there, other tests look at what is left.
    if (why == "purged" || why == "unbound")
      notes.push_back(std::to_string(message->id) + " never came to " + queue + ": " +
                      std::string(why));
  }
  void removed(const std::string& /*queue*/) override {}
  void accepted(ConnectionId /*from*/, const CarriedPtr& message,
                const amqp::Publication& /*publication*/, std::size_t queues) override {
    notes.push_back(std::to_string(message->id) + " accepted by " + std::to_string(queues));
  }
  void settled(ConnectionId /*from*/, const CarriedPtr& message, std::uint32_t copy, bool ack,
               bool requeue) override {
    notes.push_back(std::to_string(message->id) + "." + std::to_string(copy) +
                    (ack       ? " acknowledged"
                     : requeue ? " requeued"
                               : " dropped"));
  }
  void wake_at(TimePoint when) override {
    wake = when;
    wakes.push_back(when);
  }

  [[nodiscard]] std::vector<Placement> place(const CarriedPtr& message, const std::string& queue,
                                             const amqp::Publication& publication,
                                             TimePoint when) override {
    for (const std::string& key : {publication.message.body, queue}) {
      if (const auto found = placements.find(key); found != placements.end()) return found->second;
    }
    return QueueFaults::place(message, queue, publication, when);
  }

  BrokerDelivery last_delivery = {};
  /// As a Transport has them.
  [[nodiscard]] Properties delivered_properties() const {
    return amqp::to_transport(*last_delivery.content).properties;
  }
  BrokerReturn last_returned = {};
  amqp::Method last_said = {};

 private:
  /// Channels other than the first are named too: "server.2".
  void tell(ChannelId to, const std::string& what) {
    const std::string channel = to.number < 2 ? "" : "." + std::to_string(to.number);
    heard_.push_back(names_.at(to.connection) + channel + " " + what);
  }

  std::map<ConnectionId, std::string> names_ = {};
  std::vector<std::string> heard_ = {};
  std::vector<ConnectionId> ending_ = {};
  std::set<ConnectionId> goodbyes_ = {};
  std::set<ConnectionId> kept_ = {};
};

inline Peer Peer::open_channel(ChannelNumber number) const {
  world_->keep(id_.connection);
  return world_->open_channel({id_.connection, number});
}
inline void Peer::say(const amqp::Method& method) { world_->take(id_, method); }
inline void Peer::send(amqp::Publication publication) {
  world_->broker.publish(id_, std::make_shared<Carried>(++world_->last_message),
                         std::move(publication), world_->now);
  world_->end_connections();
}
inline std::uint64_t Peer::tag(const std::string& body) const {
  return world_->tags.at({id_, body});
}
inline void Peer::close() { world_->say_goodbye(id_.connection); }
inline void Peer::lose() { world_->broker.lost(id_.connection, world_->now); }

}  // namespace castaway::sim
