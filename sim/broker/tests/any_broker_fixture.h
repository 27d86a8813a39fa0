#pragma once
// AnyBroker: a broker that is given any commands, and what no sequence of them may bring about.
//
// What it watches is the contract of BrokerOutput, which every client relies on. What a queue holds
// and where a message goes is judged by the naive models of the other tests.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "castaway/sim/broker.h"

#include "any_commands_fixture.h"

namespace castaway::sim {

namespace any_broker {

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

}  // namespace any_broker

class AnyBroker final : public BrokerOutput, public QueueFaults {
 public:
  explicit AnyBroker(std::span<const std::uint8_t> bytes) : commands_(bytes) {
    faulty_ = commands_.one_in(4);
    if (commands_.one_in(4)) broker_.set_consumer_timeout({.age = 1s, .tick = 300ms});
    if (commands_.one_in(4)) broker_.remember_settled(1s);
  }

  /// Empty if the contract was kept.
  [[nodiscard]] std::string run() {
    for (int i = 0; i < 2; ++i) open();
    furnish();
    while (!commands_.done() && trouble_.empty()) {
      step();
      if (!commands_.one_in(8)) open_again();
      if (commands_.one_in(16)) furnish();
    }
    if (trouble_.empty()) end();
    return trouble_;
  }
  /// How many publications came to a queue, and deliveries to a consumer.
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
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

  void step() {
    switch (commands_.below(16)) {
      case 0:
        return accident();
      case 1:
        return pass(commands_.time(100));
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
        return publish();
      default:
        return say();
    }
  }

  void open() {
    const ConnectionId id = broker_.open("somebody", now_);
    connections_[id];
    for (const ChannelNumber number : {ChannelNumber{1}, ChannelNumber{2}})
      take({id, number}, amqp::ChannelOpen{});
  }
  /// Exchanges and queues to begin with, so that messages find a way.
  void furnish() {
    const ChannelId by{connections_.begin()->first, 1};
    const auto make = [&](const std::string& exchange, const std::string& type,
                          const std::string& queue, const std::string& routing_key) {
      take(by, amqp::ExchangeDeclare{.exchange = exchange, .type = type});
      take(by,
           amqp::QueueDeclare{
               .queue = queue, .durable = commands_.one_in(2), .arguments = commands_.arguments()});
      open_again();
      take(by, amqp::QueueBind{.queue = queue, .exchange = exchange, .routing_key = routing_key});
      if (commands_.one_in(2)) take(by, amqp::BasicConsume{.queue = queue, .consumer_tag = queue});
    };
    make("x", "direct", "a", "a");
    make("y", "fanout", "b", "");
    make("z", "topic", "c", "a.#");
  }
  /// A channel that is open, most of the time.
  [[nodiscard]] ChannelId someone() {
    if (connections_.empty()) open();
    const auto place = static_cast<std::ptrdiff_t>(commands_.below(connections_.size()));
    const auto number = static_cast<ChannelNumber>(1 + commands_.below(2));
    return {std::next(connections_.begin(), place)->first,
            commands_.one_in(64) ? ChannelNumber{3} : number};
  }

  void say() {
    const ChannelId from = someone();
    Channel* const channel = open_channel(from);
    const amqp::Method method =
        commands_.method(channel == nullptr ? std::set<std::uint64_t>() : channel->outstanding);
    if (channel != nullptr) forget_settled(*channel, method);
    // A connection ends whole, and so it is asked for.
    const bool of_connection = std::holds_alternative<amqp::ConnectionClose>(method);
    take({from.connection, of_connection ? ChannelNumber{0} : from.number}, method);
  }
  /// Whether it is settled or not: what it may not settle again is drawn seldom.
  static void forget_settled(Channel& channel, const amqp::Method& method) {
    if (const auto* ack = std::get_if<amqp::BasicAck>(&method))
      channel.outstanding.erase(ack->delivery_tag);
    if (const auto* nack = std::get_if<amqp::BasicNack>(&method))
      channel.outstanding.erase(nack->delivery_tag);
    if (const auto* reject = std::get_if<amqp::BasicReject>(&method))
      channel.outstanding.erase(reject->delivery_tag);
  }
  /// Clients read a close, and go on.
  void open_again() {
    for (const ChannelId id : std::exchange(closed_, {})) {
      broker_.take(id, amqp::ChannelCloseOk{}, now_);
      take(id, amqp::ChannelOpen{});
    }
    while (connections_.size() < 2) open();
  }
  void take(ChannelId from, const amqp::Method& method) {
    const auto found = connections_.find(from.connection);
    const bool is_read = found != connections_.end() && !found->second.blocked &&
                         found->second.channels.contains(from.number);
    const std::string answer = any_broker::answer_of(method);
    if (found != connections_.end() && found->second.blocked)
      found->second.confirms_anything = true;
    answers_.clear();
    asked_ = from;
    if (const auto* consume = std::get_if<amqp::BasicConsume>(&method);
        consume != nullptr && consume->no_wait) {
      if (is_read && !consume->consumer_tag.empty()) {
        found->second.channels.at(from.number).consumers.insert(consume->consumer_tag);
      } else {
        unnamed_ = true;
      }
    }
    broker_.take(from, method, now_);
    if (is_read && std::holds_alternative<amqp::ConfirmSelect>(method)) selected(from);
    if (!is_read || answer.empty()) return;
    if (answers_.size() != 1 || (answers_.front() != answer && answers_.front() != "close"))
      fail(std::string(amqp::name_of(method)) + " had " + std::to_string(answers_.size()) +
           " answers" + (answers_.empty() ? "" : ", the first is " + answers_.front()));
  }
  void selected(ChannelId id) {
    if (Channel* const channel = open_channel(id)) channel->confirms = true;
  }

  void publish() {
    const ChannelId from = someone();
    auto message = std::make_shared<Carried>(++last_message_);
    messages_.push_back(message);
    if (Channel* const channel = open_channel(from); channel != nullptr && channel->confirms)
      channel->missing.insert(++channel->published);
    broker_.publish(from, std::move(message), commands_.publication(), now_);
  }

  void accident() {
    const std::string queue = commands_.queue();
    switch (commands_.below(12)) {
      case 0: {
        const ConnectionId id = someone().connection;
        connections_.erase(id);
        return broker_.lost(id, now_);
      }
      case 1:
        return broker_.block("memory", now_);
      case 2:
      case 3:
        return broker_.unblock(now_);
      case 4:
        static_cast<void>(broker_.restart(!commands_.one_in(4), now_, commands_.time(120)));
        return;
      case 5:
        return broker_.delete_queue(queue, now_);
      case 6: {
        const bool all = commands_.one_in(2);
        const ConnectionId one = someone().connection;
        broker_.cancel_consumers(
            queue, [=](ConnectionId id) { return all || id == one; }, now_);
        return;
      }
      case 7:
        broker_.unbind(queue, commands_.one_in(2) ? "" : commands_.exchange(),
                       commands_.one_in(2) ? "" : commands_.routing_key(), now_);
        return;
      case 8:
        return broker_.bind_again(now_);
      case 9:
        broker_.purge(queue, now_);
        return;
      case 10:
        return broker_.close_channels(
            someone().connection,
            commands_.one_of(std::array{Broker::ChannelUse::any, Broker::ChannelUse::consumes,
                                        Broker::ChannelUse::does_not_consume}),
            commands_.one_of(std::array<std::uint16_t, 3>{404, 406, 320}), "an accident", now_);
      default:
        return broker_.release(1 + commands_.below(last_message_ + 1),
                               1 + static_cast<std::uint32_t>(commands_.below(2)), now_);
    }
  }

  void pass(Duration length) {
    const TimePoint end = now_ + length;
    for (int rounds = 0; wake_ <= end; ++rounds) {
      if (rounds > 10'000) return fail("it asks to be woken again and again");
      now_ = std::max(now_, std::exchange(wake_, never));
      broker_.advance(now_);
    }
    now_ = end;
  }

  /// Nothing is left of anything once all are gone, and the broker has lost what it kept.
  void end() {
    broker_.unblock(now_);
    for (const auto& [id, connection] : connections_) {
      for (const auto& [number, channel] : connection.channels) {
        if (!channel.missing.empty() && !connection.confirms_anything)
          return fail("publication " + std::to_string(*channel.missing.begin()) +
                      " was never confirmed");
      }
    }
    while (!connections_.empty()) {
      const ConnectionId id = connections_.begin()->first;
      connections_.erase(id);
      broker_.lost(id, now_);
    }
    for (const std::string& queue : broker_.queues()) {
      if (broker_.unacknowledged(queue) != 0) return fail("nobody is there who could settle");
    }
    pass(20s);
    static_cast<void>(broker_.restart(false, now_));
    if (broker_.connections() != 0 || !broker_.queues().empty()) return fail("something is left");
    for (const auto& message : messages_) {
      if (!message.expired()) return fail("a message is held after its end");
    }
  }

  void fail(const std::string& what) {
    if (trouble_.empty()) trouble_ = what;
  }
  void is_open(ChannelId id) {
    connections_.at(id.connection).channels[id.number] = {};
    closing_.erase(id);
  }
  Channel* open_channel(ChannelId id) {
    const auto connection = connections_.find(id.connection);
    if (connection == connections_.end()) return nullptr;
    const auto channel = connection->second.channels.find(id.number);
    return channel == connection->second.channels.end() ? nullptr : &channel->second;
  }
  /// Null, and a failure, if it is not open.
  Channel* hears(ChannelId id, const char* what) {
    Channel* const channel = open_channel(id);
    if (channel == nullptr) fail(std::string(what) + " on a channel that is not open");
    return channel;
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
  void removed(const std::string& queue) override {
    if (broker_.has_queue(queue)) fail("a queue that is told to be gone is there");
  }
  void accepted(ConnectionId /*from*/, const CarriedPtr& /*message*/,
                const amqp::Publication& /*publication*/, std::size_t queues) override {
    accepted_ += queues;
  }
  void settled(ConnectionId /*from*/, const CarriedPtr& message, std::uint32_t /*copy*/,
               bool /*ack*/, bool /*requeue*/) override {
    if (message == nullptr) fail("nothing was settled");
  }
  void wake_at(TimePoint when) override { wake_ = when; }

  [[nodiscard]] std::vector<Placement> place(const CarriedPtr& message, const std::string& queue,
                                             const amqp::Publication& publication,
                                             TimePoint now) override {
    if (!faulty_) return QueueFaults::place(message, queue, publication, now);
    std::vector<Placement> placements;
    const std::uint64_t copies = commands_.below(4);
    for (std::uint32_t copy = 1; copy <= copies; ++copy) {
      placements.push_back(commands_.placement());
      placements.back().copy = copy;
    }
    return placements;
  }
  [[nodiscard]] std::optional<Placement> take_back(const Returning& copy, const std::string& queue,
                                                   const amqp::Publication& publication,
                                                   TimePoint now) override {
    if (!faulty_) return QueueFaults::take_back(copy, queue, publication, now);
    if (commands_.one_in(4)) return std::nullopt;
    return commands_.placement();
  }

  AnyCommands commands_;
  bool faulty_ = false;
  Broker broker_{*this, *this};
  TimePoint now_ = TimePoint(1s);
  TimePoint wake_ = never;
  std::map<ConnectionId, Connection> connections_ = {};
  std::set<ChannelId> closed_ = {};   ///< by the broker, and not answered yet
  std::set<ChannelId> closing_ = {};  ///< by the broker, and not open again
  std::vector<std::weak_ptr<Carried>> messages_ = {};
  MessageId last_message_ = 0;
  ChannelId asked_ = {};
  std::vector<std::string> answers_ = {};  ///< to what was asked last
  bool unnamed_ = false;                   ///< there may be consumers whose tags nobody was told
  std::uint64_t accepted_ = 0;
  std::uint64_t delivered_ = 0;
  std::string trouble_ = {};
};

}  // namespace castaway::sim
