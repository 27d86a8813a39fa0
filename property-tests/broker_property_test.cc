// The broker beside a small model of a queue: RapidCheck draws commands and shrinks them.
//
// sim/broker/tests/model_test.cc plays with more at once: limits, several consumers, restarts. Here
// a failure comes down to the few commands that it takes.

#include <algorithm>
#include <deque>
#include <iostream>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include "castaway/sim/broker.h"

#include "draw.h"
#include "scenario_property.h"

namespace castaway::property {
namespace {

using sim::Broker;

constexpr TimePoint now{1s};
constexpr int runs = 400;

struct Waiting {
  int number = 0;
  bool redelivered = false;
  friend bool operator==(const Waiting&, const Waiting&) = default;
  friend bool operator<(const Waiting& a, const Waiting& b) { return a.number < b.number; }
};
void showValue(const Waiting& waiting, std::ostream& out) { out << waiting.number; }

/// A queue with one consumer at most: sorted, as what comes back stands where it stood.
struct Queue {
  int published = 0;
  bool consumed = false;
  std::size_t prefetch = 0;
  std::deque<Waiting> waiting = {};
  std::vector<Waiting> unacknowledged = {};
  std::vector<Waiting> delivered = {};  ///< all that ever was, in its order

  void deliver() {
    while (consumed && !waiting.empty() && (prefetch == 0 || unacknowledged.size() < prefetch)) {
      unacknowledged.push_back(waiting.front());
      delivered.push_back(waiting.front());
      waiting.pop_front();
    }
  }
  void give_back(Waiting message) {
    message.redelivered = true;
    waiting.insert(std::upper_bound(waiting.begin(), waiting.end(), message), message);
  }
};

/// The broker, a publisher and a consumer, who notes what it gets.
class Party final : public sim::BrokerOutput, public sim::QueueFaults {
 public:
  Party() {
    publisher_ = open("publisher");
    broker.take(publisher_, amqp::QueueDeclare{.queue = "q"}, now);
  }

  void publish(int number) {
    amqp::Publication publication{.routing_key = "q"};
    publication.message.body = std::to_string(number);
    const auto message = std::make_shared<sim::Carried>(static_cast<sim::MessageId>(number));
    broker.publish(publisher_, message, std::move(publication), now);
  }
  void consume(std::size_t prefetch) {
    consumer_ = open("consumer");
    if (prefetch > 0)
      broker.take(consumer_, amqp::BasicQos{.prefetch_count = std::uint16_t(prefetch)}, now);
    broker.take(consumer_, amqp::BasicConsume{.queue = "q", .consumer_tag = "c"}, now);
  }
  void settle(int number, bool requeue) {
    const std::uint64_t tag = tags_.at(number);
    if (requeue) return broker.take(consumer_, amqp::BasicNack{tag, false, true}, now);
    broker.take(consumer_, amqp::BasicAck{tag, false}, now);
  }
  void lose() { broker.lost(consumer_.connection, now); }

  void deliver(sim::ChannelId, sim::BrokerDelivery given) override {
    const int number = std::stoi(given.content->body);
    tags_[number] = given.method.delivery_tag;
    delivered.push_back({number, given.method.redelivered});
  }
  void say(sim::ChannelId, const amqp::Method& method) override {
    if (const auto* close = std::get_if<amqp::ChannelClose>(&method))
      throw std::logic_error("closed: " + close->reply_text);
  }
  void confirmed(sim::ChannelId, std::uint64_t, bool, bool, const sim::CarriedPtr&) override {}
  void returned(sim::ChannelId, sim::BrokerReturn) override {}
  void consumes(sim::ConnectionId, const std::string&) override {}
  void lapsed(const std::string& /*queue*/) override {}
  void dropped(const sim::CarriedPtr& /*message*/, const std::string& /*queue*/,
               std::string_view /*why*/) override {}
  void removed(const std::string&) override {}
  void accepted(sim::ConnectionId, const sim::CarriedPtr&, const amqp::Publication&,
                std::size_t) override {}
  void settled(sim::ConnectionId, const sim::CarriedPtr&, std::uint32_t, bool, bool) override {}
  void wake_at(TimePoint) override {}

  Broker broker{*this, *this};
  std::vector<Waiting> delivered = {};

 private:
  sim::ChannelId open(const std::string& name) {
    const sim::ChannelId id = {broker.open({.name = name}, now), 1};
    broker.take(id, amqp::ChannelOpen{}, now);
    return id;
  }

  sim::ChannelId publisher_ = {};
  sim::ChannelId consumer_ = {};
  std::map<int, std::uint64_t> tags_ = {};
};

class Command : public rc::state::Command<Queue, Party> {
 public:
  void run(const Queue& before, Party& party) const final {
    act(before, party);
    Queue after = before;
    apply(after);
    RC_ASSERT(party.delivered == after.delivered);
    RC_ASSERT(party.broker.ready("q") == after.waiting.size());
    RC_ASSERT(party.broker.unacknowledged("q") == after.unacknowledged.size());
  }

 private:
  virtual void act(const Queue& queue, Party& party) const = 0;
};

struct Publish final : Command {
  void apply(Queue& queue) const override {
    queue.waiting.push_back({.number = ++queue.published});
    queue.deliver();
  }
  void show(std::ostream& out) const override { out << "publish"; }
  void act(const Queue& queue, Party& party) const override { party.publish(queue.published + 1); }
};

struct Consume final : Command {
  std::size_t prefetch = *rc::gen::inRange<std::size_t>(0, 4);

  void checkPreconditions(const Queue& queue) const override { RC_PRE(!queue.consumed); }
  void apply(Queue& queue) const override {
    queue.consumed = true;
    queue.prefetch = prefetch;
    queue.deliver();
  }
  void show(std::ostream& out) const override { out << "consume, prefetch " << prefetch; }
  void act(const Queue&, Party& party) const override { party.consume(prefetch); }
};

/// One of those outstanding: the oldest, the next..
struct Settle final : Command {
  std::size_t nth = *rc::gen::inRange<std::size_t>(0, 4);
  bool requeue = *rc::gen::arbitrary<bool>();

  void checkPreconditions(const Queue& queue) const override {
    RC_PRE(nth < queue.unacknowledged.size());
  }
  void apply(Queue& queue) const override {
    const auto at = queue.unacknowledged.begin() + static_cast<std::ptrdiff_t>(nth);
    const Waiting message = *at;
    queue.unacknowledged.erase(at);
    if (requeue) queue.give_back(message);
    queue.deliver();
  }
  void show(std::ostream& out) const override {
    out << (requeue ? "give back " : "acknowledge ") << nth;
  }
  void act(const Queue& queue, Party& party) const override {
    party.settle(queue.unacknowledged[nth].number, requeue);
  }
};

struct Lose final : Command {
  void checkPreconditions(const Queue& queue) const override { RC_PRE(queue.consumed); }
  void apply(Queue& queue) const override {
    queue.consumed = false;
    for (const Waiting& message : queue.unacknowledged) queue.give_back(message);
    queue.unacknowledged.clear();
  }
  void show(std::ostream& out) const override { out << "lose the consumer"; }
  void act(const Queue&, Party& party) const override { party.lose(); }
};

TEST(BrokerCommands, AreAnsweredAsASmallQueueWouldAnswerThem) {
  std::size_t redelivered = 0;
  const Settings settings = property::settings();
  const std::string failure = failure_in_cases("broker-commands", runs, settings, [&] {
    Party party;
    rc::state::check(Queue(), party,
                     rc::state::gen::execOneOfWithArgs<Publish, Consume, Settle, Lose>());
    redelivered +=
        static_cast<std::size_t>(std::ranges::count(party.delivered, true, &Waiting::redelivered));
  });
  EXPECT_EQ(failure, "");
  EXPECT_GT(redelivered, 0U) << "nothing ever came back, and so nothing was judged";
  std::cout << "property broker-commands: from seed " << settings.seed << ", " << redelivered
            << " redeliveries\n";
}

}  // namespace
}  // namespace castaway::property
