// Why things happened: the history says which fault cut, killed, paused or copied, and which
// delivery an execution is of.

#include <gmock/gmock.h>

#include "library_tests/world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventIndex;
using check::EventKind;
using check::History;

std::vector<EventIndex> all(const History& history, EventKind kind, std::string_view actor = {},
                            std::string_view detail = {}) {
  std::vector<EventIndex> found;
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    const check::Event& event = history[i];
    if (event.kind == kind && (actor.empty() || history.text(event.actor) == actor) &&
        detail_in_words(history, event).starts_with(detail)) {
      found.push_back(i);
    }
  }
  return found;
}

/// Whether the event has one fault as its cause, by that rule.
void expect_caused_by(const History& history, const std::vector<EventIndex>& events,
                      std::string_view rule) {
  ASSERT_EQ(events.size(), 1U);
  const EventIndex cause = history[events[0]].cause;
  ASSERT_NE(cause, check::no_event);
  EXPECT_EQ(history[cause].kind, EventKind::fault);
  EXPECT_EQ(history.text(history[cause].actor), rule);
}

const EventPattern once_executed{.ev = "execute", .n = 1};

History history_of(FaultPlan faults, const std::function<void(RPCClient&)>& script) {
  Simulation sim({.seed = 7, .faults = std::move(faults)});
  in_world(sim, script);
  return std::move(sim.recorder().history());
}

void one_call(RPCClient& client) {
  try {
    client.call({}, "slow", {{"ms", 500}});
  } catch (const MessagingException&) {
  }
}

TEST(Cause, OfACutLinkIsItsFaultAndOfThatTheEventItWaitedFor) {
  const History history = history_of({{.id = "cut",
                                       .on = {.edge = Edge::link, .from = "host-1"},
                                       .when = {.after = once_executed},
                                       .action = Disconnect{}}},
                                     one_call);
  const auto cut = all(history, EventKind::link, "host-1", "cut");
  expect_caused_by(history, cut, "cut");
  const EventIndex fault = history[cut[0]].cause;
  ASSERT_NE(history[fault].cause, check::no_event);
  EXPECT_EQ(history[history[fault].cause].kind, EventKind::execute);
}

TEST(Cause, OfWhatABrokerDeliversAgainIsThatItForgotItsAck) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "reboot",
                              .on = {.edge = Edge::broker},
                              .when = {.at = 2s},
                              .action = RestartBroker{.for_ = 1s, .forget_acks = 10s}}},
                  .queues = {.amqp_durable_queues = true}});
  in_world(sim, one_call);
  const History& history = sim.recorder().history();
  EXPECT_EQ(all(history, EventKind::process, "broker", "forgot acks").size(), 1U);
  const auto deliveries = all(history, EventKind::deliver);
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_TRUE(history[deliveries[1]].redelivered);
  expect_caused_by(history, {deliveries[1]}, "reboot");
  EXPECT_EQ(all(history, EventKind::execute).size(), 1U) << "the server knows it";
}

/// The events from this one back to what led to it, as "link closed", "process down", "fault".
std::vector<std::string> chain(const History& history, EventIndex event) {
  std::vector<std::string> kinds;
  for (EventIndex i = event; i != check::no_event; i = history[i].cause) {
    kinds.emplace_back(to_string(history[i].kind));
    if (history[i].kind != EventKind::fault)
      kinds.back() += " " + std::string(to_string(history[i].detail));
  }
  return kinds;
}

TEST(Cause, OfConnectionsThatABrokerClosedOrRefusedIsThatItWentDown) {
  const History history = history_of({{.id = "reboot",
                                       .on = {.edge = Edge::broker},
                                       .when = {.at = 150ms},
                                       .action = RestartBroker{.for_ = 3s}}},
                                     one_call);
  std::size_t closed = 0;
  for (const EventIndex i : all(history, EventKind::link, "host-1")) {
    if (history[i].detail != check::Detail::lost) continue;
    ++closed;
    EXPECT_THAT(chain(history, i), testing::ElementsAre("link lost", "process down", "fault"));
  }
  EXPECT_GE(closed, 2U) << "one was closed, and an attempt refused";
}

TEST(Cause, OfAConnectionThatDiedOfALostFrameIsTheFault) {
  const History history = history_of({{.id = "lost",
                                       .on = {.edge = Edge::ack, .hop = Hop::publish},
                                       .when = {.nth = {1}},
                                       .action = Drop{}}},
                                     one_call);
  for (const EventIndex i : all(history, EventKind::link, "host-1")) {
    if (history[i].detail != check::Detail::lost) continue;
    EXPECT_THAT(chain(history, i), testing::ElementsAre("link lost", "fault"));
    const check::Event& fault = history[history[i].cause];
    EXPECT_EQ(history.text(fault.actor), "lost");
    EXPECT_EQ(fault.edge, Edge::ack);
    return;
  }
  ADD_FAILURE() << "no connection of the server was lost";
}

/// What the broker says it dropped of operation `op`, and why.
std::vector<std::string> dropped(const History& history) {
  std::vector<std::string> all;
  for (const check::Event& event : history.events()) {
    if (event.detail == check::Detail::dropped) all.push_back(detail_in_words(history, event));
  }
  return all;
}

TEST(Cause, OfARequestThatExpiredTheBrokerSaysSo) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "freeze",
                              .on = {.edge = Edge::link, .from = "host-1"},
                              .when = {.at = 100ms},
                              .action = Disconnect{.for_ = 20s}}}});
  in_world(sim, [&sim](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(200ms));
    EXPECT_THROW(client.prepare({.timeout = 1s}).call({}, "slow", {{"ms", 1}}), MessagingTimeout);
    sim.runtime().sleep_until(TimePoint(30s));
  });
  EXPECT_THAT(dropped(sim.recorder().history()),
              testing::ElementsAre(testing::MatchesRegex("drops slow#?[0-9]*: expired")));
}

TEST(Cause, OfAKillAndOfAPauseAndItsEndIsTheFault) {
  const History history = history_of({{.id = "freeze",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 150ms},
                                       .action = Pause{.who = "host-1", .for_ = 200ms}},
                                      {.id = "dead",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 400ms},
                                       .action = Kill{.who = "host-1"}}},
                                     one_call);
  expect_caused_by(history, all(history, EventKind::process, "host-1", "paused"), "freeze");
  const auto resumed = all(history, EventKind::process, "host-1", "resumed");
  expect_caused_by(history, resumed, "freeze");
  EXPECT_EQ(history[resumed[0]].at, TimePoint(350ms));
  expect_caused_by(history, all(history, EventKind::process, "host-1", "killed"), "dead");
}

TEST(Cause, OfTwoPausesThatOverlapOnlyTheLaterEndResumes) {
  const History history = history_of({{.id = "long",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 150ms},
                                       .action = Pause{.who = "host-1", .for_ = 400ms}},
                                      {.id = "short",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 200ms},
                                       .action = Pause{.who = "host-1", .for_ = 50ms}}},
                                     one_call);
  const auto resumed = all(history, EventKind::process, "host-1", "resumed");
  expect_caused_by(history, resumed, "long");
  EXPECT_EQ(history[resumed[0]].at, TimePoint(550ms));
}

TEST(Cause, OfAProcessThatWasKilledInItsPauseNoEndIsTold) {
  const History history = history_of({{.id = "freeze",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 150ms},
                                       .action = Pause{.who = "host-1", .for_ = 200ms}},
                                      {.id = "dead",
                                       .on = {.edge = Edge::process},
                                       .when = {.at = 200ms},
                                       .action = Kill{.who = "host-1", .restart = 10ms}}},
                                     one_call);
  EXPECT_EQ(all(history, EventKind::process, "host-1", "paused").size(), 1U);
  EXPECT_TRUE(all(history, EventKind::process, "host-1", "resumed").empty());
}

TEST(Cause, OfACopysDeliveryIsTheFaultThatMadeIt) {
  const History history = history_of(
      {{.id = "echo", .on = {.edge = Edge::request}, .action = Duplicate{.copies = 2}}}, one_call);
  const auto deliveries = all(history, EventKind::deliver);
  ASSERT_EQ(deliveries.size(), 3U);
  EXPECT_EQ(history[history[deliveries[0]].cause].kind, EventKind::accept);
  for (const std::size_t copy : {1U, 2U}) {
    const check::Event& cause = history[history[deliveries[copy]].cause];
    EXPECT_EQ(cause.kind, EventKind::fault);
    EXPECT_EQ(history.text(cause.actor), "echo");
  }
}

/// Each execution's cause is a delivery of the same operation to the same server that came before.
void expect_own_deliveries(const History& history) {
  for (const EventIndex i : all(history, EventKind::execute)) {
    ASSERT_NE(history[i].cause, check::no_event);
    const check::Event& cause = history[history[i].cause];
    EXPECT_EQ(cause.kind, EventKind::deliver);
    EXPECT_EQ(cause.op, history[i].op);
    EXPECT_EQ(cause.actor, history[i].actor);
  }
}

TEST(Cause, OfAnExecutionIsItsOwnDeliveryThoughACopyHasComeSince) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim(
        {.seed = 7,
         .faults = {{.id = "echo", .on = {.edge = Edge::request}, .action = Duplicate{}}},
         .profile = profile});
    const History& history = in_world(sim, one_call);
    const auto deliveries = all(history, EventKind::deliver);
    const auto executions = all(history, EventKind::execute);
    ASSERT_EQ(deliveries.size(), 2U);
    ASSERT_EQ(executions.size(), 1U);
    ASSERT_LT(deliveries[1], executions[0]);
    EXPECT_EQ(history[executions[0]].cause, deliveries[0]);
    expect_own_deliveries(history);
  }
}

TEST(Cause, OfAFanoutsExecutionsIsEachServersOwnDelivery) {
  Simulation sim({.seed = 7});
  for (const char* host : {"s1", "s2", "s3"})
    sim.serve({.topic = "t", .server = host}, {echo_endpoint(sim)});
  sim.client("c1", {.target = {.topic = "t", .fanout = true}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    client.cast({}, "nothing");
  });
  const History& history = sim.run();
  EXPECT_EQ(all(history, EventKind::execute).size(), 3U);
  expect_own_deliveries(history);
}

TEST(Cause, OfAnExecutionAfterALostConnectionIsTheRedelivery) {
  const History history = history_of({{.id = "cut",
                                       .on = {.edge = Edge::ack, .hop = Hop::publish},
                                       .when = {.nth = {1}},
                                       .action = Disconnect{}}},
                                     one_call);
  const auto deliveries = all(history, EventKind::deliver);
  const auto executions = all(history, EventKind::execute);
  ASSERT_EQ(deliveries.size(), 2U);
  ASSERT_EQ(executions.size(), 1U);
  EXPECT_EQ(history[executions[0]].cause, deliveries[1]);
}

}  // namespace
}  // namespace castaway::sim
