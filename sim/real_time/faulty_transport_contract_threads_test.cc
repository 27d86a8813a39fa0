// What the library relies on, asked of a transport with a FaultyWorld before it in which nothing
// goes wrong: nobody can tell that it is there.

#include <functional>

#include <gtest/gtest.h>

#include "castaway/sim/faulty_transport.h"
#include "castaway/sim/live.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"
#include "castaway/thread_runtime.h"

namespace castaway::testing {
namespace {

struct FaultlessWorld {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return *transport_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  sim::LiveBroker broker_{runtime_};
  sim::LiveTransport live_{broker_, "p"};
  sim::FaultyWorld world_{runtime_, live_, {.prefix = "own."}};
  std::unique_ptr<Transport> transport_ = world_.transport_of("p");
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(FaultyTransport, TransportContract, FaultlessWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(FaultyTransport, DeliveryContract, FaultlessWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(FaultyTransport, QueueContract, FaultlessWorld);

}  // namespace castaway::testing

namespace castaway::sim {
namespace {

using testing::TransportPeer;

/// A queue "q" with one consumer, "c", before which a rule stands.
class Faulty : public ::testing::Test {
 protected:
  std::vector<std::string> heard(const Rule& rule, const std::vector<std::string>& bodies,
                                 const std::string& last) {
    ThreadRuntime runtime;
    LiveBroker broker(runtime);
    LiveTransport live(broker, "p");
    FaultyWorld world(runtime, live, {.faults = {rule}, .prefix = "own."});
    const auto transport = world.transport_of("p");
    TransportPeer peer(runtime, *transport);
    peer.await("opened");
    peer.with([&](Connection& c) {
      c.confirm_select();
      c.declare_queue({.queue = "q"});
      c.consume("q", "c");
      for (const std::string& body : bodies)
        c.publish({.routing_key = "q", .message = {.body = body}});
    });
    peer.await(last);
    fired_ = world.finish().fired.front();
    return peer.heard();
  }
  std::uint64_t fired_ = 0;
};

std::size_t count(const std::vector<std::string>& lines, const std::string& line) {
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
}

TEST_F(Faulty, LosesWhatARuleDropsInAQueue) {
  const auto lines =
      heard({.id = "lost", .on = {.edge = Edge::request}, .when = {.nth = {1}}, .action = Drop{}},
            {"one", "two"}, "delivered c two");
  EXPECT_EQ(count(lines, "delivered c one"), 0U);
  EXPECT_EQ(fired_, 1U);
}

TEST_F(Faulty, DeliversTwiceWhatARuleCopies) {
  const auto lines = heard(
      {.id = "echo", .on = {.edge = Edge::request}, .when = {.nth = {1}}, .action = Duplicate{}},
      {"one", "two"}, "delivered c two");
  EXPECT_EQ(count(lines, "delivered c one"), 2U);
  EXPECT_EQ(count(lines, "delivered c two"), 1U);
}

TEST_F(Faulty, LosesAConfirmAndAllThatComeBehindIt) {
  const auto lines = heard(
      {.id = "cut", .on = {.edge = Edge::confirm}, .when = {.nth = {2}}, .action = Disconnect{}},
      {"one", "two", "three"}, "closed");
  EXPECT_EQ(count(lines, "confirmed 1"), 1U);
  EXPECT_EQ(count(lines, "confirmed 2"), 0U);
}

TEST_F(Faulty, HoldsUpWhatComesBehindALateMessage) {
  const auto lines = heard({.id = "late",
                            .on = {.edge = Edge::request},
                            .when = {.nth = {1}},
                            .action = Delay{.by = {.a = 50ms}}},
                           {"one", "two"}, "delivered c two");
  const auto one = std::find(lines.begin(), lines.end(), "delivered c one");
  const auto two = std::find(lines.begin(), lines.end(), "delivered c two");
  EXPECT_LT(one, two);
}

TEST(FaultyWorld, RefusesRulesThatItCannotKeepTo) {
  ThreadRuntime runtime;
  LiveBroker broker(runtime);
  LiveTransport live(broker, "p");
  const Rule kill{.id = "kill", .on = {.edge = Edge::process}, .action = Kill{.who = "s1"}};
  EXPECT_THROW(FaultyWorld(runtime, live, {.faults = {kill}}), std::invalid_argument);
}

}  // namespace
}  // namespace castaway::sim
