#pragma once
// AnyBroker: a broker that is given any commands, which have to leave it with its word kept.
//
// What a queue holds and where a message goes is judged by the naive models of the other tests.

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
#include "broker_contract_fixture.h"

namespace castaway::sim {

class AnyBroker final : public BrokerContract, public QueueFaults {
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
    while (!commands_.done() && trouble().empty()) {
      step();
      if (!commands_.one_in(8)) open_again();
      if (commands_.one_in(16)) furnish();
    }
    if (trouble().empty()) end();
    return trouble();
  }
  /// How many publications came to a queue, and deliveries to a consumer.
  [[nodiscard]] std::uint64_t enqueued() const { return accepted_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
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
        return command();
    }
  }

  void open() {
    const ConnectionId id = broker_.open({.name = "somebody"}, now_);
    opened(id);
    for (const ChannelNumber number : {ChannelNumber{1}, ChannelNumber{2}})
      take({id, number}, amqp::ChannelOpen{});
  }
  /// Exchanges and queues to begin with, so that messages find a way.
  void furnish() {
    const ChannelId by{connections().begin()->first, 1};
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
    if (connections().empty()) open();
    const auto place = static_cast<std::ptrdiff_t>(commands_.below(connections().size()));
    const auto number = static_cast<ChannelNumber>(1 + commands_.below(2));
    return {std::next(connections().begin(), place)->first,
            commands_.one_in(64) ? ChannelNumber{3} : number};
  }

  void command() {
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
    for (const ChannelId id : take_closed()) {
      broker_.take(id, amqp::ChannelCloseOk{}, now_);
      take(id, amqp::ChannelOpen{});
    }
    while (connections().size() < 2) open();
  }
  void take(ChannelId from, const amqp::Method& method) {
    asks(from, method);
    broker_.take(from, method, now_);
    asked(method);
  }
  void publish() {
    const ChannelId from = someone();
    auto message = std::make_shared<Carried>(++last_message_);
    messages_.push_back(message);
    publishes(from);
    broker_.publish(from, std::move(message), commands_.publication(), now_);
  }

  void accident() {
    const std::string queue = commands_.queue();
    switch (commands_.below(14)) {
      case 0: {
        const ConnectionId id = someone().connection;
        forget(id);
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
      case 11:
        return broker_.stop_node(1, now_);
      case 12:
        return broker_.start_node(1, now_);
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
    expect_confirms();
    while (!connections().empty()) {
      const ConnectionId id = connections().begin()->first;
      forget(id);
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

  void removed(const std::string& queue) override {
    if (broker_.has_queue(queue)) fail("a queue that is told to be gone is there");
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
  std::vector<std::weak_ptr<Carried>> messages_ = {};
  MessageId last_message_ = 0;
};

}  // namespace castaway::sim
