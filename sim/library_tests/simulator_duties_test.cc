// What the simulator owes those who judge by it: chances as they were asked for, rules that do not
// disturb each other, faults that leave nothing behind, and no order that is an accident.

#include <algorithm>
#include <set>
#include <vector>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using check::History;
using nlohmann::json;

// SIM-060

/// How often a rule with this chance fires in 4000 casts.
std::uint64_t fired_in_4000(Ratio chance) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "loss",
                              .on = {.edge = Edge::request},
                              .when = {.prob = chance},
                              .action = Drop{}}},
                  .limit = 3600s});
  in_world(sim, [](RPCClient& client) {
    for (int i = 0; i < 4000; ++i) client.cast({}, "nothing");
  });
  EXPECT_EQ(count(sim.recorder().history(), EventKind::accept), 4000U);
  EXPECT_EQ(count(sim.recorder().history(), EventKind::deliver),
            4000U - sim.faults().fired().front());
  return sim.faults().fired().front();
}

TEST(Rates, AreWhatTheRuleSays) {
  EXPECT_EQ(fired_in_4000({0, 1}), 0U);
  EXPECT_EQ(fired_in_4000({1, 1}), 4000U);
  // Outside of these a true chance would fall once in a million: 40 and 2000 are expected, with
  // standard deviations of 6.3 and 31.6.
  EXPECT_THAT(fired_in_4000({1, 100}), testing::AllOf(testing::Ge(14U), testing::Le(76U)));
  EXPECT_THAT(fired_in_4000({1, 2}), testing::AllOf(testing::Ge(1845U), testing::Le(2155U)));
}

// SIM-070

Rule rule_called(const std::string& id, Action action) {
  return {.id = id,
          .on = {.edge = Edge::request},
          .when = {.prob = Ratio{1, 3}},
          .action = std::move(action)};
}

/// What was decided for one rule in 300 casts, by name.
std::vector<Deviation> decided_for(const std::string& id, FaultPlan faults) {
  Simulation sim({.seed = 7, .faults = std::move(faults)});
  in_world(sim, [](RPCClient& client) {
    for (int i = 0; i < 300; ++i) client.cast({}, "nothing");
  });
  std::vector<Deviation> decisions;
  for (const Deviation& deviation : sim.decisions().deviations()) {
    if (deviation.at.find("/" + id) != std::string::npos) decisions.push_back(deviation);
  }
  std::ranges::sort(decisions, {}, &Deviation::at);
  return decisions;
}

TEST(Rules, DoNotDisturbEachOther) {
  const Rule late = rule_called("late", Delay{{.shape = Distribution::Shape::uniform, .b = 9ms}});
  const Rule echo = rule_called("echo", Duplicate{});
  const Rule swap = rule_called("swap", Reorder{.window = 4});
  const Rule hurt = rule_called("hurt", Corrupt{.bits = 2, .field = "_timeout"});
  const auto alone = decided_for("late", {late});
  EXPECT_GT(alone.size(), 60U);
  EXPECT_EQ(decided_for("late", {echo, swap, late, hurt}), alone);
  EXPECT_EQ(decided_for("late", {late, hurt}), alone);
  EXPECT_EQ(decided_for("hurt", {echo, hurt}), decided_for("hurt", {hurt, swap, late}));
  EXPECT_EQ(decided_for("swap", {swap}), decided_for("swap", {hurt, late, echo, swap}));
}

// SIM-100

struct Probe {
  Duration took = {};
  EventKind how = EventKind::note;
  friend bool operator==(const Probe&, const Probe&) = default;
};

/// A client that calls and casts all the time, and what becomes of its last ten calls, long after
/// all faults. Who is killed comes back.
std::vector<Probe> probes_after(const FaultPlan& faults) {
  Simulation sim({.seed = 7, .faults = faults, .limit = 600s, .quiet = TimePoint(20s)});
  in_world(sim, [&](RPCClient& client) {
    const CallContext call = client.prepare({.timeout = 1s});
    for (int i = 0; i < 40 || sim.now() < TimePoint(40s); ++i) {
      try {
        call.call({}, "slow", {{"ms", 200}});
        client.cast({}, "nothing");
      } catch (const MessagingException&) {
        sim.runtime().sleep_until(sim.now() + 100ms);
      }
    }
    sim.runtime().sleep_until(TimePoint(120s));
    const CallContext patient = client.prepare({.timeout = 20s});
    for (int i = 0; i < 10; ++i) patient.call({}, "echo", {{"v", i}});
  });
  const History& history = sim.recorder().history();
  EXPECT_THAT(check::no_residue(history), check::Holds());
  EXPECT_THAT(check::recovery(history), check::Holds());
  std::vector<Probe> probes;
  TimePoint entered;
  for (const check::Event& event : history.events()) {
    if (event.at < TimePoint(120s)) continue;
    if (event.kind == EventKind::invoke) entered = event.at;
    if (check::is_completion(event.kind)) probes.push_back({event.at - entered, event.kind});
  }
  EXPECT_EQ(probes.size(), 10U);
  return probes;
}

TEST(Healing, LeavesAWorldThatBehavesAsIfNothingHadBeen) {
  const std::vector<Probe> healthy = probes_after({});
  const When now_and_then{.prob = Ratio{1, 3}};
  const When soon{.at = 3s, .repeat = Repeat{5s, 2}};
  const On link{.edge = Edge::link};
  const On process{.edge = Edge::process};
  const On broker{.edge = Edge::broker};
  const On published{.edge = Edge::request, .hop = Hop::publish};
  const Rule rules[] = {
      {.on = {.edge = Edge::request}, .when = now_and_then, .action = Drop{}},
      {.on = {.edge = Edge::reply}, .when = now_and_then, .action = Delay{{.a = 30s}}},
      {.on = {.edge = Edge::reply}, .when = now_and_then, .action = HoldUntil{{.ev = "residue"}}},
      {.on = {.edge = Edge::request}, .when = now_and_then, .action = Duplicate{.copies = 3}},
      {.on = {.edge = Edge::request}, .when = now_and_then, .action = Reorder{.overtake = 2}},
      {.on = {.edge = Edge::request}, .when = now_and_then, .action = TruncateTo{20}},
      {.on = {.edge = Edge::reply}, .when = now_and_then, .action = Corrupt{.bits = 5}},
      {.on = published, .when = now_and_then, .action = Drop{}},
      {.on = published, .when = now_and_then, .action = Unroutable{}},
      {.on = published, .when = now_and_then, .action = Nack{}},
      {.on = published, .when = now_and_then, .action = Disconnect{.for_ = 1h}},
      {.on = {.edge = Edge::confirm}, .when = now_and_then, .action = Drop{}},
      {.on = {.edge = Edge::ack, .hop = Hop::publish}, .when = now_and_then, .action = Drop{}},
      {.on = link, .when = soon, .action = Disconnect{.who = "host-1", .for_ = 1h}},
      {.on = link, .when = soon, .action = Disconnect{.who = "nova-1", .half_open = true}},
      {.on = link,
       .when = soon,
       .action = Disconnect{.who = "host-1",
                            .for_ = 50s,
                            .half_open = true,
                            .way = Disconnect::Way::from_broker,
                            .then = Disconnect::Then::flush}},
      {.on = process, .when = soon, .action = Kill{.who = "host-1", .restart = 1h}},
      {.on = process, .when = soon, .action = Pause{.who = "nova-1", .for_ = 1h}},
      {.on = process, .when = soon, .action = Pause{.who = "host-1", .for_ = 1h}},
      {.on = broker, .when = soon, .action = BlockPublish{1h}},
      {.on = broker, .when = soon, .action = DeleteQueue{.queue = "compute"}},
      {.on = broker, .when = soon, .action = DeleteQueue{.replies_of = "nova-1"}},
      {.on = broker, .when = soon, .action = CancelConsumer{.who = "host-1"}},
      {.on = broker, .when = soon, .action = CancelConsumer{.replies_of = "nova-1"}},
      {.on = broker, .when = soon, .action = Unbind{.queue = "compute"}},
      {.on = broker, .when = soon, .action = CloseChannel{.who = "host-1", .code = 406}},
      {.on = broker, .when = soon, .action = CloseChannel{.who = "nova-1", .code = 541}},
      {.on = broker, .when = soon, .action = PurgeQueue{.queue = "compute"}},
      {.on = link, .when = soon, .action = SlowLink{.who = "nova-1", .by = {.a = 300ms}}},
      {.on = broker, .when = soon, .action = RestartBroker{.for_ = 1h}},
      {.on = broker, .when = soon, .action = RestartBroker{.for_ = 1s, .keep_durable = false}},
      {.on = {.edge = Edge::clock}, .when = soon, .action = JumpWall{-1h}},
  };
  for (Rule rule : rules) {
    rule.id = "rule";
    EXPECT_EQ(probes_after({rule}), healthy)
        << name_of(rule.action) << " on " << to_string(rule.on.edge);
  }
}

TEST(Quiet, NoRuleFiresFromThenOn) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "loss", .on = {.edge = Edge::request}, .action = Drop{}},
                             {.id = "flap",
                              .on = {.edge = Edge::link, .from = "host-1"},
                              .when = {.at = 1s, .repeat = Repeat{1s, 1'000'000}},
                              .action = Disconnect{}}},
                  .limit = 100s,
                  .quiet = TimePoint(10s)});
  const History& history = in_world(sim, [&](RPCClient& client) {
    for (int i = 0; i < 20; ++i) {
      sim.runtime().sleep_until(TimePoint(i * 1s + 500ms));
      client.cast({}, "nothing");
    }
  });
  EXPECT_THAT(sim.faults().fired(), testing::ElementsAre(10U, 9U));
  EXPECT_EQ(count(history, EventKind::execute), 10U);
}

// SIM-120

TEST(Ties, EveryOrderOfWhatHappensAtOneInstantIsReached) {
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t seed = 0; seed < 2000 && orders.size() < 6; ++seed) {
    Simulation sim({.seed = seed});
    sim.serve({.topic = "t", .server = "s1"}, {echo_endpoint(sim)}, {.workers = 3});
    for (const char* name : {"c1", "c2", "c3"}) {
      sim.client(name, {.target = {.topic = "t"}}, [&](RPCClient& client) {
        client.cast({}, "nothing");  // so that its connection is there
        sim.runtime().sleep_until(TimePoint(1s));
        client.cast({}, "nothing");
      });
    }
    const History& history = sim.run();
    std::vector<std::string> order;
    TimePoint at = never;
    for (const check::Event& event : history.events()) {
      if (event.kind != EventKind::accept || event.at < TimePoint(1s)) continue;
      order.emplace_back(history.text(event.op));
      EXPECT_TRUE(at == never || at == event.at);
      at = event.at;
    }
    // By who sent it: operations are numbered in the order of their casts, which is that of names.
    EXPECT_EQ(order.size(), 3U);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 6U);
}

}  // namespace
}  // namespace castaway::sim
