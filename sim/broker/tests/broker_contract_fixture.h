#pragma once
// BrokerContract: what no sequence of commands may bring about, as every client relies on it: a
// word on a channel that is closed, a delivery to nobody, a confirm too many, two answers or none.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "castaway/sim/broker.h"

namespace castaway::sim {

namespace broker_contract {

/// "basic.consume-ok" for a basic.consume that waits for it; empty if nothing answers the method.
inline std::string answer_of(const amqp::Method& method) {
  const bool waits = std::visit(
      []<class M>(const M& asked) {
        if constexpr (requires { asked.no_wait; }) {
          return !asked.no_wait;
        } else {
          return true;
        }
      },
      method);
  constexpr auto answered = std::to_array<std::string_view>(
      {"channel.open",    "channel.close",  "exchange.declare", "exchange.delete", "exchange.bind",
       "exchange.unbind", "queue.declare",  "queue.bind",       "queue.unbind",    "queue.purge",
       "queue.delete",    "basic.qos",      "basic.consume",    "basic.cancel",    "basic.get",
       "basic.recover",   "confirm.select", "tx.select",        "tx.commit",       "tx.rollback"});
  const std::string name = amqp::name_of(method);
  return waits && std::ranges::find(answered, name) != answered.end() ? name + "-ok" : "";
}

}  // namespace broker_contract

class BrokerContract : public BrokerOutput {
 public:
  struct Channel {
    std::uint64_t delivery_tag = 0;
    std::set<std::uint64_t> outstanding = {};  ///< and some that are settled
    bool confirms = false;
    std::uint64_t published = 0;           ///< since confirm.select
    std::set<std::uint64_t> missing = {};  ///< of them, those that are not confirmed
    std::set<std::string> consumers = {};
  };
  struct Connection {
    bool blocked = false;
    /// Something waits to be read, or has: it is not known when a channel begins to confirm.
    bool confirms_anything = false;
    std::map<ChannelNumber, Channel> channels = {};
  };

  /// What was broken first; empty if nothing.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  void fail(const std::string& what) {
    if (trouble_.empty()) trouble_ = what;
  }

  void opened(ConnectionId id) { connections_[id]; }
  /// The connection is gone, and hears nothing any more.
  void forget(ConnectionId id) { connections_.erase(id); }
  [[nodiscard]] const std::map<ConnectionId, Connection>& connections() const {
    return connections_;
  }
  /// Null if it is not open.
  Channel* open_channel(ChannelId id) {
    const auto connection = connections_.find(id.connection);
    if (connection == connections_.end()) return nullptr;
    const auto channel = connection->second.channels.find(id.number);
    return channel == connection->second.channels.end() ? nullptr : &channel->second;
  }
  /// The channels that the broker has closed since this was last asked.
  std::set<ChannelId> take_closed() { return std::exchange(closed_, {}); }

  /// Comes before each method.
  void asks(ChannelId from, const amqp::Method& method) {
    const auto found = connections_.find(from.connection);
    is_read_ = found != connections_.end() && !found->second.blocked &&
               found->second.channels.contains(from.number);
    if (found != connections_.end() && found->second.blocked)
      found->second.confirms_anything = true;
    answers_.clear();
    asked_ = from;
    const auto* consume = std::get_if<amqp::BasicConsume>(&method);
    if (consume == nullptr || !consume->no_wait) return;
    if (is_read_ && !consume->consumer_tag.empty()) {
      found->second.channels.at(from.number).consumers.insert(consume->consumer_tag);
    } else {
      unnamed_ = true;
    }
  }
  /// Comes after it.
  void asked(const amqp::Method& method) {
    if (!is_read_) return;
    Channel* const channel = open_channel(asked_);
    if (channel != nullptr && std::holds_alternative<amqp::ConfirmSelect>(method))
      channel->confirms = true;
    const std::string answer = broker_contract::answer_of(method);
    if (answer.empty()) return;
    if (answers_.size() != 1 || (answers_.front() != answer && answers_.front() != "close"))
      fail(std::string(amqp::name_of(method)) + " had " + std::to_string(answers_.size()) +
           " answers" + (answers_.empty() ? "" : ", the first is " + answers_.front()));
  }
  /// Comes before each publication.
  void publishes(ChannelId from) {
    Channel* const channel = open_channel(from);
    if (channel != nullptr && channel->confirms) channel->missing.insert(++channel->published);
  }
  /// Comes when all was read.
  void expect_confirms() {
    for (const auto& [id, connection] : connections_) {
      for (const auto& [number, channel] : connection.channels) {
        if (!channel.missing.empty() && !connection.confirms_anything)
          fail("publication " + std::to_string(*channel.missing.begin()) + " was never confirmed");
      }
    }
  }

  void say(ChannelId to, const amqp::Method& method) override {
    const auto connection = connections_.find(to.connection);
    if (connection == connections_.end()) return fail("something said after the last word");
    if (std::holds_alternative<amqp::ConnectionClose>(method) ||
        std::holds_alternative<amqp::ConnectionCloseOk>(method)) {
      if (to.connection == asked_.connection) answers_.emplace_back("close");
      connections_.erase(connection);
      return;
    }
    if (std::holds_alternative<amqp::ConnectionBlocked>(method)) connection->second.blocked = true;
    if (std::holds_alternative<amqp::ConnectionUnblocked>(method))
      connection->second.blocked = false;
    if (to.number == 0) return;
    if (std::holds_alternative<amqp::ChannelOpenOk>(method)) is_open(to);
    // Both sides may close a channel at once.
    if (closing_.contains(to) && std::holds_alternative<amqp::ChannelCloseOk>(method)) return;
    Channel* const channel = hears(to, amqp::name_of(method));
    if (channel == nullptr) return;
    if (const auto* cancel = std::get_if<amqp::BasicCancel>(&method)) {
      channel->consumers.erase(cancel->consumer_tag);
      return;
    }
    if (const auto* made = std::get_if<amqp::BasicConsumeOk>(&method))
      channel->consumers.insert(made->consumer_tag);
    if (const auto* gone = std::get_if<amqp::BasicCancelOk>(&method))
      channel->consumers.erase(gone->consumer_tag);
    const bool closes = std::holds_alternative<amqp::ChannelClose>(method);
    // A get is answered by one of two.
    const bool empty = std::holds_alternative<amqp::BasicGetEmpty>(method);
    if (to == asked_)
      answers_.emplace_back(closes ? "close" : empty ? "basic.get-ok" : amqp::name_of(method));
    if (closes) {
      closed_.insert(to);
      closing_.insert(to);
    }
    if (closes || std::holds_alternative<amqp::ChannelCloseOk>(method))
      connection->second.channels.erase(to.number);
  }
  void confirmed(ChannelId to, std::uint64_t tag, bool multiple, bool /*ack*/,
                 const CarriedPtr& /*message*/) override {
    Channel* const channel = hears(to, "a confirm");
    if (channel == nullptr || connections_.at(to.connection).confirms_anything) return;
    if (!channel->missing.contains(tag)) return fail("a confirm of what is not to be confirmed");
    auto& missing = channel->missing;
    missing.erase(multiple ? missing.begin() : missing.find(tag), missing.upper_bound(tag));
  }
  void returned(ChannelId to, BrokerReturn /*what*/) override { hears(to, "a return"); }
  void deliver(ChannelId to, BrokerDelivery delivery) override {
    ++delivered_;
    Channel* const channel = hears(to, "a delivery");
    if (channel == nullptr) return;
    if (delivery.method.delivery_tag != ++channel->delivery_tag)
      return fail("delivery tags do not count up");
    if (!delivery.no_ack) channel->outstanding.insert(delivery.method.delivery_tag);
    if (delivery.left.has_value()) {
      if (to == asked_) answers_.emplace_back("basic.get-ok");
    } else if (!unnamed_ && !channel->consumers.contains(delivery.method.consumer_tag)) {
      return fail("a delivery to no consumer: " + delivery.method.consumer_tag);
    }
    if (delivery.attempt > 1 && !delivery.method.redelivered)
      return fail("a redelivery is not flagged");
  }
  void consumes(ConnectionId /*from*/, const std::string& /*queue*/) override {}
  void lapsed(const std::string& /*queue*/) override {}
  void dropped(const CarriedPtr& /*message*/, const std::string& /*queue*/,
               std::string_view /*why*/) override {}
  void removed(const std::string& /*queue*/) override {}
  void accepted(ConnectionId /*from*/, const CarriedPtr& /*message*/,
                const amqp::Publication& /*publication*/, std::size_t queues) override {
    accepted_ += queues;
  }
  void settled(ConnectionId /*from*/, const CarriedPtr& message, std::uint32_t /*copy*/,
               bool /*ack*/, bool /*requeue*/) override {
    if (message == nullptr) fail("nothing was settled");
  }

 protected:
  std::uint64_t accepted_ = 0;
  std::uint64_t delivered_ = 0;

 private:
  void is_open(ChannelId id) {
    connections_.at(id.connection).channels[id.number] = {};
    closing_.erase(id);
  }
  /// Null, and a failure, if it is not open.
  Channel* hears(ChannelId id, const char* what) {
    Channel* const channel = open_channel(id);
    if (channel == nullptr) fail(std::string(what) + " on a channel that is not open");
    return channel;
  }

  std::map<ConnectionId, Connection> connections_ = {};
  std::set<ChannelId> closed_ = {};   ///< by the broker, and not answered yet
  std::set<ChannelId> closing_ = {};  ///< by the broker, and not open again
  ChannelId asked_ = {};
  bool is_read_ = false;                   ///< what was asked was read at once
  std::vector<std::string> answers_ = {};  ///< to what was asked last
  bool unnamed_ = false;                   ///< there may be consumers whose tags nobody was told
  std::string trouble_ = {};
};

}  // namespace castaway::sim
