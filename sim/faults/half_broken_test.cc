// What breaks in part: why things happened then, whose queue a rule means, and how the library goes
// on.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "castaway/check/explain.h"
#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "library_tests/world_fixture.h"

namespace castaway::sim {
namespace {

using check::Detail;
using check::EventIndex;
using check::EventKind;
using check::History;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// At this time the faults below strike.
constexpr Duration noon = 1s;

Rule at_noon(Action action, Edge edge = Edge::broker) {
  return {.id = "odd", .on = {.edge = edge}, .when = {.at = noon}, .action = std::move(action)};
}

/// The events from this one back to what led to it, as "note dropped", "process queue purged".
std::string chain(const History& history, EventIndex event) {
  std::string kinds;
  for (EventIndex i = event; i != check::no_event; i = history[i].cause) {
    if (!kinds.empty()) kinds += " < ";
    kinds += to_string(history[i].kind);
    if (history[i].kind == EventKind::fault)
      return kinds + " " + std::string(history.text(history[i].actor));
    kinds += " " + std::string(to_string(history[i].detail));
  }
  return kinds;
}

/// Those of all events with this detail, from noon on.
std::vector<std::string> chains(const History& history, Detail detail) {
  std::vector<std::string> found;
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    if (history[i].detail == detail && history[i].at >= TimePoint(noon))
      found.push_back(chain(history, i));
  }
  return found;
}

/// What the argument of an operation that came no further ends at.
std::vector<std::string> grounds(const History& history, std::string_view op) {
  check::Violation violation;
  for (const check::Event& event : history.events()) {
    if (event.kind != EventKind::invoke || !matches_op(op, history.text(event.op))) continue;
    explain_no_further(violation, history, event.op,
                       static_cast<EventIndex>(history.events().size()));
  }
  std::vector<std::string> found;
  for (const check::Ground& ground : violation.grounds)
    found.push_back((ground.kind == check::Ground::Kind::fault ? "fault " : "other ") +
                    ground.name);
  return found;
}

class HalfBrokenWorld : public ::testing::TestWithParam<Profile> {
 protected:
  const History& history_of(FaultPlan faults, const std::function<void(RPCClient&)>& script) {
    sim.emplace(SimulationSettings{.seed = 7, .faults = std::move(faults), .profile = GetParam()});
    return in_world(*sim, [&](RPCClient& client) {
      warm_up(client);
      script(client);
    });
  }
  void warm_up(RPCClient& client) {
    client.call({}, "echo", {{"v", 1}});
    sleep_until(noon + 10ms);
  }
  void sleep_until(Duration when) { sim->runtime().sleep_until(TimePoint(when)); }
  void call_in_vain(RPCClient& client) {
    EXPECT_THROW(client.call({}, "nothing"), MessagingTimeout);
  }

  std::optional<Simulation> sim;
};

TEST_P(HalfBrokenWorld, ACallThatFindsNoBindingEndsAtTheFaultThatLostIt) {
  const History& history = history_of({at_noon(Unbind{.queue = "compute"})},
                                      [&](RPCClient& client) { call_in_vain(client); });
  EXPECT_THAT(chains(history, Detail::dropped),
              ElementsAre("note dropped < process binding lost < fault odd"));
  EXPECT_THAT(grounds(history, "nothing"), ElementsAre("fault odd"));
}

TEST_P(HalfBrokenWorld, ACallThatIsPurgedEndsAtTheFaultThatPurgedIt) {
  Rule purge = at_noon(PurgeQueue{.queue = "compute"});
  purge.when.at = noon + 100ms;
  const Rule away{.id = "away",
                  .on = {.edge = Edge::link},
                  .when = {.at = noon},
                  .action = Disconnect{.who = "host-1", .for_ = 1s}};
  const History& history =
      history_of({away, purge}, [&](RPCClient& client) { call_in_vain(client); });
  EXPECT_THAT(chains(history, Detail::dropped),
              ElementsAre("note dropped < process queue purged < fault odd"));
  EXPECT_THAT(grounds(history, "nothing"), ElementsAre("fault odd"));
}

TEST_P(HalfBrokenWorld, WhatADeletedQueueTakesWithItEndsAtItsFault) {
  Rule deletion = at_noon(DeleteQueue{.queue_of = "host-1"});
  deletion.when.at = noon + 100ms;
  const Rule away{.id = "away",
                  .on = {.edge = Edge::link},
                  .when = {.at = noon},
                  .action = Disconnect{.who = "host-1", .for_ = 1s}};
  const History& history = history_of({away, deletion}, [&](RPCClient& client) {
    EXPECT_THROW(client.prepare({.server = "host-1"}).call({}, "nothing"), MessagingTimeout);
  });
  EXPECT_THAT(chains(history, Detail::dropped),
              ElementsAre("note dropped < process queue deleted < fault odd"));
  EXPECT_THAT(grounds(history, "nothing"), ElementsAre("fault odd"));
}

TEST_P(HalfBrokenWorld, AConsumerThatIsTakenAwayIsMadeAgain) {
  const History& history =
      history_of({at_noon(CancelConsumer{.who = "host-1"})}, [&](RPCClient& client) {
        for (int i = 0; i < 20; ++i) client.call({}, "echo", {{"v", i}});
      });
  EXPECT_THAT(chains(history, Detail::consumer_cancelled),
              AllOf(SizeIs(3), Each("link consumer cancelled < fault odd")));
  EXPECT_EQ(count(history, EventKind::returned), 21U);
  EXPECT_EQ(count(history, EventKind::execute), 21U);
}

TEST_P(HalfBrokenWorld, AChannelOfAClientThatIsClosedIsOpenedAgainAndNothingRunsTwice) {
  for (const std::uint64_t code : {404U, 406U, 541U}) {
    const History& history =
        history_of({at_noon(CloseChannel{.who = "nova-1", .code = code})}, [&](RPCClient& client) {
          for (int i = 0; i < 20; ++i) client.call({}, "echo", {{"v", i}});
        });
    const bool whole = code == 541;
    EXPECT_THAT(chains(history, whole ? Detail::lost : Detail::channel_closed),
                AllOf(SizeIs(2),
                      Each(whole ? "link lost < fault odd" : "link channel closed < fault odd")));
    EXPECT_EQ(count(history, EventKind::returned), 21U) << code;
    EXPECT_EQ(count(history, EventKind::execute), 21U) << code;
  }
}

TEST_P(HalfBrokenWorld, WhatAServersClosedChannelGivesBackHasItsFaultAsItsCause) {
  Rule close =
      at_noon(CloseChannel{.who = "host-1", .code = 406, .which = CloseChannel::Which::listen});
  close.when = {.after = EventPattern{.ev = "deliver", .op = "slow"}, .limit = 1};
  const History& history = history_of({close}, [&](RPCClient& client) {
    client.call({}, "slow", {{"ms", 200}});
  });
  EXPECT_EQ(count(history, EventKind::returned), 2U);
  EXPECT_THAT(check::at_most_once(history), check::Holds());
  std::vector<std::string> again;
  for (EventIndex i = 0; i < history.events().size(); ++i) {
    if (history[i].redelivered) again.push_back(chain(history, i));
  }
  EXPECT_THAT(again, ElementsAre("deliver  < fault odd"));
}

TEST_P(HalfBrokenWorld, OnlyTheFanoutQueueOfTheServerThatIsMeantLosesItsBinding) {
  sim.emplace(SimulationSettings{
      .seed = 7, .faults = {at_noon(Unbind{.fanout_of = "s2"})}, .profile = GetParam()});
  for (const char* host : {"s1", "s2"})
    sim->serve({.topic = "t", .server = host}, {echo_endpoint(*sim)});
  sim->client("c1", {.target = {.topic = "t", .fanout = true}}, [&](RPCClient& client) {
    sleep_until(noon + 10ms);
    client.cast({}, "nothing");
  });
  const History& history = sim->run();
  EXPECT_EQ(count(history, EventKind::execute), 1U);
  EXPECT_THAT(chains(history, Detail::dropped),
              ElementsAre("note dropped < process binding lost < fault odd"));
  check::Violation violation;
  for (const check::Event& event : history.events()) {
    if (event.kind == EventKind::invoke)
      explain_missing_servers(violation, history, event.op, EventKind::execute,
                              static_cast<EventIndex>(history.events().size()));
  }
  EXPECT_THAT(violation.grounds, ElementsAre(check::Ground{check::Ground::Kind::fault, "odd"}));
}

TEST_P(HalfBrokenWorld, AQueueThatNobodyHasYetIsLeftAlone) {
  sim.emplace(SimulationSettings{
      .seed = 7, .faults = {at_noon(DeleteQueue{.replies_of = "nova-1"})}, .profile = GetParam()});
  sim->client("nova-1", {.target = {.topic = "compute"}},
              [&](RPCClient&) { sleep_until(noon + 1s); });
  EXPECT_THAT(chains(sim->run(), Detail::dropped), IsEmpty());
  EXPECT_THAT(sim->faults().fired(), Each(1U));
}

TEST_P(HalfBrokenWorld, ASlowWayTakesLongerByThatMuchAndKeepsItsOrder) {
  const auto took = [&](SlowLink::Way way) {
    const History& history =
        history_of({at_noon(SlowLink{.who = "nova-1", .by = {.a = 100ms}, .for_ = 10s, .way = way},
                            Edge::link)},
                   [&](RPCClient& client) { client.cast({}, "nothing"); });
    TimePoint published, executed, confirmed;
    for (const check::Event& event : history.events()) {
      if (!matches_op("nothing", history.text(event.op))) continue;
      if (event.kind == EventKind::publish) published = event.at;
      if (event.kind == EventKind::execute) executed = event.at;
      if (event.kind == EventKind::confirm) confirmed = event.at;
    }
    return std::pair(executed - published >= 100ms, confirmed - published);
  };
  EXPECT_EQ(took(SlowLink::Way::to_broker), std::pair(true, Duration(101ms)));
  EXPECT_EQ(took(SlowLink::Way::from_broker), std::pair(false, Duration(101ms)));
  EXPECT_EQ(took(SlowLink::Way::both), std::pair(true, Duration(201ms)));
}

TEST_P(HalfBrokenWorld, WithLittleBandwidthAFrameWaitsForThoseBeforeIt) {
  const History& history =
      history_of({at_noon(SlowLink{.who = "nova-1",
                                   .bytes_per_second = 1'000,
                                   .for_ = 100s,
                                   .way = SlowLink::Way::to_broker},
                          Edge::link)},
                 [&](RPCClient& client) {
                   client.cast({}, "nothing", Object({{"v", std::string(10'000, 'x')}}));
                   client.cast({}, "nothing");
                 });
  std::vector<TimePoint> published, accepted;
  for (const check::Event& event : history.events()) {
    if (!matches_op("nothing#*", history.text(event.op))) continue;
    if (event.kind == EventKind::publish) published.push_back(event.at);
    if (event.kind == EventKind::accept) accepted.push_back(event.at);
  }
  ASSERT_THAT(published, testing::SizeIs(2));
  ASSERT_THAT(accepted, testing::SizeIs(2));
  // An envelope has 100 bytes or so of its own.
  EXPECT_GE(accepted[0] - published[0], 10s);
  EXPECT_LE(accepted[0] - published[0], 11s);
  EXPECT_LE(accepted[1] - accepted[0], 1s);
}

TEST(SlowLink, SaysHowSlow) {
  EXPECT_EQ(SlowLink{.who = "s1"}.wrong({}),
            "\"slow_link\" does not say how slow: give \"by\", \"bytes_per_second\", or both.");
  EXPECT_EQ((SlowLink{.who = "s1", .bytes_per_second = 1}.wrong({})), "");
}

INSTANTIATE_TEST_SUITE_P(Profiles, HalfBrokenWorld,
                         ::testing::Values(Profile::strict, Profile::classic),
                         [](const auto& info) {
                           return info.param == Profile::strict ? "strict" : "classic";
                         });

// A request goes to a topic by what its client told, or by how it is addressed.

TEST(GoesTo, ByWhatItsClientToldOrByItsAddress) {
  EXPECT_TRUE(goes_to("t", {.topic = "t", .exchange = "x", .routing_key = "other"}));
  EXPECT_FALSE(goes_to("t", {.topic = "other", .exchange = "x", .routing_key = "t"}));
  EXPECT_TRUE(goes_to("t", {.exchange = "openstack", .routing_key = "t"}));
  EXPECT_TRUE(goes_to("t", {.exchange = "openstack", .routing_key = "t.s1"}));
  EXPECT_FALSE(goes_to("t", {.exchange = "openstack", .routing_key = "tt"}));
  EXPECT_TRUE(goes_to("t", {.exchange = "t_fanout"}));
  EXPECT_FALSE(goes_to("t", {.exchange = "tt_fanout", .routing_key = "t"}));
}

TEST(WithRole, IsWhatAQueueIsCalledBesideTheOthersOfItsProcess) {
  const std::string id = "0536ea10b0784e4081ff269ac1255155";
  const std::vector<std::string> server = {"compute", "compute.host-1", "compute_fanout_" + id};
  EXPECT_THAT(with_role(server, "host-1", QueueRole::own), ElementsAre("compute.host-1"));
  EXPECT_THAT(with_role(server, "another-process", QueueRole::own), ElementsAre("compute.host-1"));
  EXPECT_THAT(with_role(server, "host-1", QueueRole::fanout), ElementsAre("compute_fanout_" + id));
  EXPECT_THAT(with_role(server, "host-1", QueueRole::replies), IsEmpty());
  EXPECT_THAT(with_role({"gone.host-1"}, "host-1", QueueRole::own), ElementsAre("gone.host-1"));
  EXPECT_THAT(with_role({"gone.host-1", "t_fanout_all"}, "1", QueueRole::own), IsEmpty());
  EXPECT_THAT(with_role({"reply_" + id}, "nova-1", QueueRole::replies), ElementsAre("reply_" + id));
  EXPECT_THAT(with_role({"reply_" + id}, id, QueueRole::own), IsEmpty());
}

}  // namespace
}  // namespace castaway::sim
