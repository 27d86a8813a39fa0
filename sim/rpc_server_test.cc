// The server in a simulated world.

#include "castaway/rpc_server.h"

#include <cmath>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

TEST(RPCServer, NeedsATopicAndAServer) {
  Simulation sim;
  sim.process("p", [&](Process& process) {
    EXPECT_THROW(RPCServer(process.messaging, {.server = "host-1"}, {}), InvalidTarget);
    EXPECT_THROW(RPCServer(process.messaging, {.topic = "compute"}, {}), InvalidTarget);
  });
  sim.run();
}

TEST(RPCServer, IsReadyWhenStartReturns) {
  Simulation sim(
      {.seed = 7,
       .network = {.latency = {.shape = Distribution::Shape::uniform, .a = 1ms, .b = 50ms}}});
  json result;
  sim.process("both", [&](Process& process) {
    RPCServer server(process.messaging, {.topic = "t", .server = "s"}, {echo_endpoint(sim)});
    server.start();
    const RPCClient client(process.messaging,
                           {.target = {.topic = "t"}, .timeout = 5s, .mandatory = true});
    result = client.call({}, "echo", {{"v", "ready"}});
  });
  sim.run();
  EXPECT_EQ(result, "ready");
}

TEST(RPCServer, RunsNoMoreMethodsAtOnceThanItHasWorkers) {
  Simulation sim({.seed = 7});
  int running = 0;
  int most = 0;
  const Endpoint endpoint{.methods = {{"work", [&](const Object&, const Object&) {
                                         most = std::max(most, ++running);
                                         sim.runtime().sleep_until(sim.now() + 50ms);
                                         --running;
                                         return json();
                                       }}}};
  sim.serve({.topic = "t", .server = "s"}, {endpoint}, {.workers = 3});
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 20; ++i) client.cast({}, "work");
  });
  const auto& history = sim.run();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(count(history, EventKind::done), 20U);
}

TEST(RPCServer, ACastGetsNoReplyAndItsErrorGoesNowhere) {
  Simulation sim({.seed = 7});
  const auto& history = in_world(sim, [](RPCClient& client) {
    client.cast({}, "fail");
    client.cast({}, "echo", {{"v", 1}});
  });
  EXPECT_EQ(count(history, EventKind::execute), 2U);
  EXPECT_EQ(count(history, EventKind::reply), 0U);
}

TEST(RPCServer, AnUnserialisableResultIsAFailureReplyInStrictAndSilenceInClassic) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile});
    in_world(sim, [&](RPCClient& client) {
      if (profile == Profile::strict) {
        EXPECT_EQ(thrown_by<RemoteError>([&] { client.call({}, "unserialisable"); }).exc_type(),
                  "EncodeError");
      } else {
        EXPECT_THROW(client.call({}, "unserialisable"), MessagingTimeout);
      }
      EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1) << "the server goes on";
    });
  }
}

TEST(RPCServer, StopsWithoutBeginningAnythingAndWaitsForWhatRuns) {
  Simulation sim({.seed = 7});
  sim.serve({.topic = "t", .server = "s"}, {echo_endpoint(sim)}, {.workers = 1});
  std::size_t begun_at_stop = 0;
  sim.client("c", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    for (int i = 0; i < 5; ++i) client.cast({}, "slow", {{"ms", 300}});
    sim.stop_server("s");
    begun_at_stop = count(sim.recorder().history(), EventKind::execute);
    EXPECT_EQ(count(sim.recorder().history(), EventKind::done), begun_at_stop)
        << "wait() has seen them end";
    sim.runtime().sleep_until(sim.now() + 10s);
    EXPECT_EQ(count(sim.recorder().history(), EventKind::execute), begun_at_stop);
    sim.start_server("s");
  });
  const auto& history = sim.run();
  EXPECT_GT(begun_at_stop, 0U);
  EXPECT_LT(begun_at_stop, 5U);
  EXPECT_EQ(count(history, EventKind::done), 5U) << "what was given back is run after the restart";
  EXPECT_THAT(check::at_most_once(history), check::Holds());
}

TEST(RPCServer, AReplyWaitsForAReplyQueueThatComesBack) {
  // The caller's link is away while the method runs; its reply queue stays, and so does the reply.
  Simulation sim({.seed = 7,
                  .faults = {{.id = "away",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.after = EventPattern{.ev = "execute"}, .limit = 1},
                              .action = Disconnect{.who = "nova-1", .for_ = 2s}}}});
  in_world(sim, [&](RPCClient& client) { EXPECT_EQ(client.call({}, "slow", {{"ms", 500}}), 500); });
}

TEST(RPCServer, AMessageThatIsNoneIsRejectedOnceAndTheNextIsServed) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile});
    sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = 1});
    struct : ConnectionEvents {
      void opened() override {}
      void completed(RequestNumber) override {}
      void confirmed(std::uint64_t, bool, bool) override {}
      void returned(Returned) override {}
      void delivered(Delivery) override {}
      void cancelled(const std::string&) override {}
      void closed(Closed) override {}
    } nobody;
    json result;
    sim.process("rogue", [&](Process& process) {
      process.runtime.sleep_until(TimePoint(100ms));
      SimTransport transport(sim.network(), process.runtime.current_process(), "rogue");
      const auto connection = transport.connect(Purpose::send, "rogue", nobody);
      process.runtime.sleep_until(TimePoint(200ms));
      connection->declare_exchange({.exchange = "openstack"});
      for (const std::string body :
           {"", "{", "[1,2]", "{\"oslo.version\": \"3.0\", \"oslo.message\": \"{}\"}"}) {
        connection->publish(
            {.exchange = "openstack",
             .routing_key = "compute",
             .message = {.properties = {.content_type = "application/json"}, .body = body}});
      }
      process.runtime.sleep_until(TimePoint(300ms));
      const RPCClient client(process.messaging, {.target = {.topic = "compute"}, .timeout = 5s});
      result = client.call({}, "echo", {{"v", "alive"}});
    });
    const auto& history = sim.run();
    EXPECT_EQ(result, "alive");
    EXPECT_EQ(count(history, EventKind::deliver), 5U) << "none is handed over again";
    EXPECT_EQ(
        sim.network().broker().ready("compute") + sim.network().broker().unacknowledged("compute"),
        0U);
  }
}

}  // namespace
}  // namespace castaway::sim
