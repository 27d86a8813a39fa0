// Which queues a message comes to. Source: AMQP 0-9-1, 3.1.3 (exchanges) and 3.1.5 (bindings).

#include "broker_fixture.h"
#include "exchange.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An exchange "x" of that type, and a peer whose queue `q` for each of its bindings logs what
/// comes.
struct Bound {
  explicit Bound(const std::string& type) { peer.declare({.exchange = "x", .type = type}); }

  void queue(const std::string& name, const std::vector<std::string>& keys) {
    peer.declare({.queue = name});
    for (const std::string& key : keys) peer.bind(name, "x", key);
    peer.consume(name, name);
  }
  std::vector<std::string> route(const std::string& key) {
    peer.publish({.exchange = "x", .routing_key = key, .message = {.body = "m"}});
    return world.heard();
  }

  BrokerWorld world = {};
  Peer peer = world.open("peer");
};

// 3.1.3.1: every queue is bound to the nameless exchange under its own name.
TEST(BrokerRouting, TheDefaultExchangeRoutesByTheNameOfTheQueue) {
  BrokerWorld world;
  Peer peer = world.open("peer");
  peer.declare({.queue = "reply_1"});
  peer.declare({.queue = "reply_2"});
  peer.publish("reply_2", "m");
  EXPECT_EQ(world.broker.ready("reply_1"), 0u);
  EXPECT_EQ(world.broker.ready("reply_2"), 1u);
}

// 3.1.3.1: the key of the message is the key of the binding.
TEST(BrokerRouting, ADirectExchangeComparesKeysAndKnowsNoWildcards) {
  Bound bound("direct");
  bound.queue("a", {"red"});
  bound.queue("b", {"red", "blue"});
  bound.queue("d", {"#"});
  EXPECT_THAT(bound.route("red"), ElementsAre("peer got m as a", "peer got m as b"));
  EXPECT_THAT(bound.route("blue"), ElementsAre("peer got m as b"));
  EXPECT_THAT(bound.route("#"), ElementsAre("peer got m as d"));
}

// 3.1.3.2: whatever the key is.
TEST(BrokerRouting, AFanoutExchangeIgnoresTheKey) {
  Bound bound("fanout");
  bound.queue("a", {"compute"});
  bound.queue("b", {""});
  EXPECT_THAT(bound.route(""), ElementsAre("peer got m as a", "peer got m as b"));
}

// 3.1.3.3: the example of the specification.
TEST(BrokerRouting, ATopicExchangeMatchesWords) {
  Bound bound("topic");
  bound.queue("a", {"*.stock.#"});
  EXPECT_THAT(bound.route("usd.stock"), ElementsAre("peer got m as a"));
  EXPECT_THAT(bound.route("eur.stock.db"), ElementsAre("peer got m as a"));
  EXPECT_THAT(bound.route("stock.nasdaq"), IsEmpty());
}

TEST(BrokerRouting, AMessageComesToAQueueOnceHoweverManyBindingsMatch) {
  Bound bound("topic");
  bound.queue("a", {"compute", "#", "*"});
  bound.queue("b", {"compute"});
  EXPECT_THAT(bound.route("compute"), ElementsAre("peer got m as a", "peer got m as b"));
}

TEST(BrokerRouting, BindingAgainChangesNothing) {
  Bound bound("topic");
  bound.queue("a", {"compute", "compute"});
  EXPECT_THAT(bound.route("compute"), ElementsAre("peer got m as a"));
}

TEST(BrokerRouting, TheDeliverySaysWhereItWasPublished) {
  Bound bound("topic");
  bound.queue("a", {"#"});
  bound.route("compute.host-1");
  const BrokerDelivery& delivery = bound.world.last_delivery;
  EXPECT_EQ(delivery.method.exchange, "x");
  EXPECT_EQ(delivery.method.routing_key, "compute.host-1");
  EXPECT_EQ(delivery.queue, "a");
  EXPECT_EQ(delivery.message->id, 1u);
}

TEST(BrokerRouting, ItIsNotedHowManyQueuesTookAMessage) {
  Bound bound("fanout");
  bound.route("");
  bound.queue("a", {""});
  bound.queue("b", {""});
  bound.route("");
  EXPECT_THAT(bound.world.notes, ElementsAre("1 accepted by 0", "2 accepted by 2"));
}

// 3.1.3.1 to 3.1.3.3: one of each type is there from the start.
TEST(BrokerRouting, ThePredeclaredExchangesAreThere) {
  BrokerWorld world;
  Peer peer = world.open("peer");
  peer.declare({.queue = "a"});
  for (const std::string name : {"amq.direct", "amq.fanout", "amq.topic"}) {
    peer.bind("a", name, "key");
    peer.publish({.exchange = name, .routing_key = "key"});
  }
  EXPECT_EQ(world.broker.ready("a"), 3u);
}

struct TopicCase {
  std::string_view binding_key;
  std::string_view routing_key;
  bool matches;
};

TEST(TopicMatches, DecidesEachOfTheseCases) {
  const std::vector<TopicCase> cases = {
      {"compute", "compute", true},
      {"compute", "compute.host-1", false},
      {"", "", true},
      {"", "compute", false},
      {"*", "compute", true},
      {"*", "", false},
      {"*", "compute.host-1", false},
      {"compute.*", "compute.host-1", true},
      {"compute.*", "compute", false},
      {"#", "", true},
      {"#", "compute.host-1", true},
      {"compute.#", "compute", true},
      {"compute.#", "compute.a.b", true},
      {"#.host-1", "host-1", true},
      {"#.host-1", "a.b.host-1", true},
      {"#.host-1", "a.b.host-2", false},
      {"a.#.z", "a.z", true},
      {"a.#.z", "a.b.c.z", true},
      {"a.#.z", "a.b.c", false},
      {"#.b.#", "a.b.c", true},
      {"#.b.#", "a.c", false},
      {"#.#", "", true},
      {"*.#", "", false},
      {"*.#.*", "a.b", true},
      {"*.#.*", "a", false},
      {"com*", "compute", false},
      {"a.b", "axb", false},
      {"*", ".", false},
      {"*.*", ".", true},
      {"a..b", "a..b", true},
  };
  for (const auto& [binding_key, routing_key, matches] : cases) {
    EXPECT_EQ(topic_matches(binding_key, routing_key), matches)
        << "'" << binding_key << "' and '" << routing_key << "'";
  }
}

}  // namespace
}  // namespace castaway::sim
