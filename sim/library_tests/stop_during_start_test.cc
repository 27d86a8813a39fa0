// A stop that comes while its server still starts: the start ends, and nothing serves.

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;

class StopDuringStart : public testing::TestWithParam<Profile> {};

/// What became of a start() that met a stop() after `delay`.
struct Met {
  TimePoint returned = {};     ///< the start
  std::size_t deliveries = 0;  ///< of a call to the stopped server
  std::size_t executions = 0;  ///< in all, of the one call after the next start
  bool ended = false;          ///< nobody waits for ever
};

Met meet(Profile profile, Duration delay) {
  Simulation sim({.seed = 7, .profile = profile, .limit = 300s});
  Met met;
  sim.process("both", [&](Process& process) {
    RPCServer server(process.messaging, {.topic = "t", .server = "s"}, {echo_endpoint(sim)});
    const RPCClient client(process.messaging, {.target = {.topic = "t"}, .timeout = 1s});
    const auto stopper = process.runtime.spawn("stopper", [&] {
      process.runtime.sleep_until(TimePoint(delay));
      server.stop();
    });
    server.start();
    met.returned = sim.now();
    stopper->join();
    // Before wait() closes the connection, something could still be set up on it.
    EXPECT_THROW(client.call({}, "echo", {{"v", 1}}), MessagingTimeout);
    met.deliveries = count(sim.recorder().history(), EventKind::deliver);
    server.wait();
    server.start();
    EXPECT_EQ(client.call({}, "echo", {{"v", 2}}), 2);
    met.ended = true;
  });
  met.executions = count(sim.run(), EventKind::execute);
  return met;
}

/// A start waits for the connection, the queues, the consumers: a stop may come at any moment.
TEST_P(StopDuringStart, LeavesNothingThatServesAtWhateverMomentItComes) {
  const TimePoint ready = meet(GetParam(), 1s).returned;
  int cut_short = 0;
  for (Duration delay = 0us; TimePoint(delay) <= ready; delay += 100us) {
    SCOPED_TRACE(delay / 1us);
    const Met met = meet(GetParam(), delay);
    EXPECT_TRUE(met.ended);
    EXPECT_EQ(met.executions, 1U);
    EXPECT_LE(met.returned, ready);
    // Classic leaves the consumers of a server that was ready until the connection closes.
    const bool is_cut_short = met.returned < ready;
    if (is_cut_short || GetParam() == Profile::strict) {
      EXPECT_EQ(met.deliveries, 0U);
    }
    cut_short += is_cut_short ? 1 : 0;
  }
  EXPECT_GE(cut_short, 10);
}

INSTANTIATE_TEST_SUITE_P(Profiles, StopDuringStart,
                         testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

/// As a simulation runs servers: the events of its history, and who waits for what.
class StopOfAStartingServer : public testing::TestWithParam<Profile> {
 protected:
  /// A world whose broker is down from the beginning, with a server that starts in it.
  Simulation sim{{.seed = 7,
                  .faults = {{.id = "down",
                              .on = {.edge = Edge::broker},
                              .when = {.at = 0s},
                              .action = RestartBroker{.for_ = 10s}}},
                  .profile = GetParam(),
                  .limit = 300s}};

  void serve() { sim.serve({.topic = "t", .server = "s"}, {echo_endpoint(sim)}, {}, 1s); }
  void at(TimePoint when, const std::string& name, std::function<void()> act) {
    sim.process(name, [this, when, act = std::move(act)](Process&) {
      sim.runtime().sleep_until(when);
      act();
    });
  }
  /// "stopping 2s", …: what happened to the server.
  [[nodiscard]] std::vector<std::string> events() {
    const check::History& history = sim.run();
    std::vector<std::string> found;
    for (const check::Event& event : history.events()) {
      if (event.kind == EventKind::process && history.text(event.actor) == "s")
        found.push_back(std::string(to_string(event.detail)) + " " +
                        std::to_string(event.at.time_since_epoch() / 1s));
    }
    return found;
  }
};

TEST_P(StopOfAStartingServer, EndsItAndTheServerNeverServes) {
  serve();
  TimePoint stopped;
  at(TimePoint(2s), "operator", [&] {
    sim.stop_server("s");
    stopped = sim.now();
  });
  EXPECT_THAT(events(), testing::ElementsAre("started 1", "stopping 2", "stopped 2", "drained 2"));
  EXPECT_LT(stopped, TimePoint(3s));
  EXPECT_THAT(check::stop_ends(sim.recorder().history()), check::Holds());
  EXPECT_EQ(check::stop_ends(sim.recorder().history()).judged, 1U);
}

TEST_P(StopOfAStartingServer, ThatTwoAskForIsOneStop) {
  serve();
  int stops = 0;
  for (const char* who : {"first", "second"}) {
    at(TimePoint(2s), who, [&] {
      sim.stop_server("s");
      ++stops;
    });
  }
  EXPECT_THAT(events(), testing::ElementsAre("started 1", "stopping 2", "stopped 2", "drained 2"));
  EXPECT_EQ(stops, 2);
}

TEST_P(StopOfAStartingServer, LetsWhoWaitsForTheStartGoOn) {
  serve();
  TimePoint went_on;
  at(TimePoint(3s), "starter", [&] {
    sim.start_server("s");
    went_on = sim.now();
  });
  at(TimePoint(2s), "operator", [&] { sim.stop_server("s"); });
  at(TimePoint(4s), "second", [&] { sim.stop_server("s"); });
  EXPECT_THAT(events(), testing::ElementsAre("started 1", "stopping 2", "stopped 2", "drained 2",
                                             "stopping 4", "stopped 4", "drained 4"));
  EXPECT_EQ(went_on, TimePoint(4s));
}

TEST_P(StopOfAStartingServer, AndAStartAfterItServesOnceTheBrokerIsBack) {
  serve();
  at(TimePoint(2s), "operator", [&] {
    sim.stop_server("s");
    sim.start_server("s");
    EXPECT_GE(sim.now(), TimePoint(10s));
    sim.stop_server("s");
  });
  std::vector<std::string> found = events();
  ASSERT_EQ(found.size(), 8U);
  EXPECT_TRUE(found[4].starts_with("serving "));
  EXPECT_TRUE(found[7].starts_with("drained "));
}

TEST_P(StopOfAStartingServer, GoesOnIfTheServerIsKilledMeanwhile) {
  // Its bytes come to nobody, and nobody is told: only the kill can end the stop.
  Simulation world({.seed = 7,
                    .faults = {{.id = "mute",
                                .on = {.edge = Edge::link},
                                .when = {.at = 1001ms},
                                .action = Disconnect{.who = "s", .for_ = 1h, .half_open = true}},
                               {.id = "kill",
                                .on = {.edge = Edge::process},
                                .when = {.at = 1200ms},
                                .action = Kill{.who = "s", .restart = 1s}}},
                    .profile = GetParam(),
                    .limit = 300s});
  world.serve({.topic = "t", .server = "s"}, {echo_endpoint(world)}, {}, 1s);
  TimePoint stopped;
  world.process("operator", [&](Process&) {
    world.runtime().sleep_until(TimePoint(1100ms));
    world.stop_server("s");
    stopped = world.now();
  });
  world.run();
  EXPECT_LE(stopped, TimePoint(1200ms));
  EXPECT_GE(stopped, TimePoint(1100ms));
}

INSTANTIATE_TEST_SUITE_P(Profiles, StopOfAStartingServer,
                         testing::Values(Profile::strict, Profile::classic),
                         [](const auto& instance) {
                           return instance.param == Profile::strict ? "strict" : "classic";
                         });

}  // namespace
}  // namespace castaway::sim
