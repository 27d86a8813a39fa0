// Heartbeats of monitored calls, from the server's method to the caller's timer.

#include <cmath>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "rogue_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;

const RPCClientOptions monitored{
    .target = {.topic = "compute"}, .timeout = 30s, .call_monitor_timeout = 2s};

Request monitored_call(const std::string& method, int ms) {
  return {.method = method,
          .args = {{"ms", ms}},
          .msg_id = "m",
          .reply_q = "answers",
          .call_monitor_timeout = 2s};
}

class Monitored : public testing::TestWithParam<Profile> {
 protected:
  Simulation sim{{.seed = 7, .profile = GetParam()}};
  void serve() {
    sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  }
};

TEST_P(Monitored, ACallLivesAsLongAsItsMethodRuns) {
  in_world(
      sim,
      [](RPCClient& client) {
        EXPECT_EQ(client.call({}, "slow", {{"ms", 9'000}}), 9'000);
      },
      monitored);
}

TEST_P(Monitored, ACallEndsSoonAfterItsServerDied) {
  Simulation dying({.seed = 7,
                    .faults = {{.id = "crash",
                                .on = {.edge = Edge::process},
                                .when = {.at = 5s},
                                .action = Kill{.who = "host-1"}}},
                    .profile = GetParam()});
  TimePoint end;
  in_world(
      dying,
      [&](RPCClient& client) {
        EXPECT_THROW(client.call({}, "slow", {{"ms", 20'000}}), MessagingTimeout);
        end = dying.now();
      },
      monitored);
  EXPECT_GE(end, TimePoint(5s));
  EXPECT_LE(end, TimePoint(7s) + 10ms);
}

TEST_P(Monitored, TheTimeoutBoundsItAllTheSame) {
  in_world(
      sim,
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.timeout = 6s}).call({}, "slow", {{"ms", 20'000}}),
                     MessagingTimeout);
        EXPECT_LE(sim.now(), TimePoint(6s) + 200ms);
      },
      monitored);
}

TEST_P(Monitored, OneCallsHeartbeatsAreNoOthers) {
  // The server of the second call is paused: no sign of life may come from the first one's.
  sim.serve({.topic = "other", .server = "host-2"}, {echo_endpoint(sim)}, {.workers = 2});
  in_world(
      sim,
      [&](RPCClient& client) {
        const auto busy = sim.runtime().spawn("busy", [&] {
          EXPECT_EQ(client.call({}, "slow", {{"ms", 9'000}}), 9'000);
        });
        sim.runtime().sleep_until(sim.now() + 1s);
        const TimePoint asked = sim.now();
        EXPECT_THROW(client.prepare({.topic = "nobody"}).call({}, "slow", {{"ms", 9'000}}),
                     MessagingTimeout);
        EXPECT_LE(sim.now() - asked, 2s + 10ms);
        busy->join();
      },
      monitored);
}

TEST_P(Monitored, NoHeartbeatFollowsTheReply) {
  for (const char* method : {"slow", "fail"}) {
    Simulation world({.seed = 7, .profile = GetParam()});
    world.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(world)}, {.workers = 2});
    with_rogue(world, [&](Rogue& rogue) {
      rogue.listen("answers");
      rogue.ask("compute", monitored_call(method, 3'500));
      rogue.pause(30s);
      EXPECT_EQ(rogue.answers().size(), 1U);
      EXPECT_EQ(rogue.beats() > 0, std::string(method) == "slow");
      EXPECT_TRUE(rogue.heard().back().reply.ending);
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, Monitored, testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

TEST(Heartbeats, OneMayGetLostInStrict) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "lost",
                              .on = {.edge = Edge::heartbeat},
                              .when = {.nth = {1}},
                              .action = Drop{}}}});
  in_world(
      sim,
      [](RPCClient& client) {
        EXPECT_EQ(client.call({}, "slow", {{"ms", 9'000}}), 9'000);
      },
      monitored);
  EXPECT_EQ(count(sim.recorder().history(), EventKind::fault), 1U);
}

TEST(Heartbeats, AnyTimerWillDoInStrict) {
  Simulation sim({.seed = 7});
  in_world(
      sim,
      [](RPCClient& client) {
        EXPECT_EQ(client.prepare({.call_monitor_timeout = 300ms}).call({}, "slow", {{"ms", 3'000}}),
                  3'000);
      },
      monitored);
}

TEST(Heartbeats, ClassicRefusesATimerBelowTwoSeconds) {
  Simulation sim({.seed = 7, .profile = Profile::classic});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    Request request = monitored_call("slow", 5'000);
    request.call_monitor_timeout = 1900ms;
    rogue.ask("compute", request);
    rogue.pause(10s);
    EXPECT_THAT(rogue.answers(), testing::ElementsAre("5000"));
    EXPECT_EQ(rogue.beats(), 0U);
  });
}

/// How many heartbeats come within a minute of a call to a method that is not there.
std::size_t beats_for_nothing(Profile profile, Duration gone_after) {
  Simulation sim({.seed = 7, .profile = profile, .limit = 300s});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  std::size_t beats = 0;
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    rogue.ask("compute", monitored_call("nothing_here", 0));
    rogue.pause(gone_after);
    rogue.forget("answers");
    rogue.pause(60s - gone_after);
    beats = rogue.beats();
    EXPECT_EQ(rogue.answers().size(), 1U);
    sim.stop_server("host-1");
  });
  return beats;
}

TEST(Heartbeats, ClassicGoesOnForeverAfterALookupThatFailed) {
  EXPECT_EQ(beats_for_nothing(Profile::strict, 59s), 0U);
  EXPECT_NEAR(static_cast<double>(beats_for_nothing(Profile::classic, 59s)), 59, 1);
  EXPECT_NEAR(static_cast<double>(beats_for_nothing(Profile::classic, 20s)), 20, 1)
      << "or until one finds no queue";
}

TEST(Heartbeats, StopHoldsUpNeitherTheMethodNorItsHeartbeats) {
  Simulation sim({.seed = 7});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 2});
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    rogue.ask("compute", monitored_call("slow", 5'000));
    rogue.pause(1s);
    sim.stop_server("host-1");
    EXPECT_THAT(rogue.answers(), testing::ElementsAre("5000"));
    EXPECT_GE(rogue.beats(), 6U);
    const std::size_t heard = rogue.heard().size();
    rogue.pause(30s);
    EXPECT_EQ(rogue.heard().size(), heard);
  });
}

TEST(Heartbeats, AConnectionThatIsAwayHoldsUpNoMethod) {
  // The server cannot send for 10 s. Its method ends in time, and the reply goes out afterwards,
  // with nothing behind it.
  Simulation sim({.seed = 7,
                  .faults = {{.id = "away",
                              .on = {.edge = Edge::link, .from = "host-1"},
                              .when = {.after = EventPattern{.ev = "execute"}, .limit = 1},
                              .action = Disconnect{.who = "host-1", .for_ = 10s}}}});
  in_world(sim,
           [&](RPCClient& client) {
             EXPECT_EQ(client.call({}, "slow", {{"ms", 3'000}}), 3'000);
           },
           {.target = {.topic = "compute"}, .timeout = 30s, .call_monitor_timeout = 15s});
  TimePoint done;
  const check::History& history = sim.recorder().history();
  for (const check::Event& event : history.events()) {
    if (event.kind == EventKind::done) done = event.at;
  }
  EXPECT_LT(done, TimePoint(3'200ms));
  EXPECT_THAT(check::one_completion(history), check::Holds());
}

}  // namespace
}  // namespace castaway::sim
