// Heartbeats are replies that say that the call is still worked on: an edge of their own.

#include <gmock/gmock.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/envelope.h"

#include "deaf_fixture.h"
#include "defect_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using check::History;

struct Beats {
  FaultPlan faults = {};
  int during = 5;  ///< one each 400 ms, while the method runs
  int after = 0;
};

/// A call that is monitored for a second, of a method that runs for two, and beats meanwhile,
/// besides what the library beats by itself.
History beating(const Beats& beats, const nlohmann::json& result = 7) {
  Simulation sim({.seed = 7, .faults = beats.faults, .limit = 60s, .quiet = TimePoint(50s)});
  Request request;
  sim.process("host-1", [&](Process& process) {
    SimTransport network(sim.network(), process.runtime.current_process(), "host-1");
    Deaf nobody;
    const auto connection = network.connect(Purpose::send, "beats", nobody);
    const auto beat = [&] {
      connection->publish({.routing_key = request.reply_q,
                           .message = encode(Reply{.ending = false, .msg_id = request.msg_id})});
    };
    const Endpoint endpoint{.methods = {{"work", [&](const Object&, const Object&) {
                                           for (int i = 1; i <= 5; ++i) {
                                             process.runtime.sleep_until(sim.now() + 400ms);
                                             if (i <= beats.during) beat();
                                           }
                                           return result;
                                         }}}};
    RPCServer server(process.messaging, {.topic = "t", .server = "host-1"}, {endpoint});
    server.start();
    sim.wait_for({.ev = "complete"});
    for (int i = 0; i < beats.after; ++i) beat();
    process.runtime.sleep_until(sim.now() + 5s);
  });
  sim.process("c1", [&](Process& process) {
    process.runtime.sleep_until(TimePoint(100ms));
    SimTransport network(sim.network(), process.runtime.current_process(), "c1");
    PlantedTransport tap(process.runtime, network,
                         {.request = [&](PlantedTransport&, const Publication& publication) {
                           request = decode_request(publication.message);
                           return true;
                         }});
    RPCTransport messaging(process.runtime, tap, {.name = "c1"}, &sim.recorder().observer("c1"));
    const RPCClient client(messaging,
                           {.target = {.topic = "t"}, .timeout = 10s, .call_monitor_timeout = 1s});
    try {
      client.call({}, "work");
    } catch (const MessagingException&) {
      // The history has it.
    }
    process.runtime.sleep_until(sim.now() + 5s);
  });
  sim.run();
  return std::move(sim.recorder().history());
}

const Rule no_beats{.id = "mute", .on = {.edge = Edge::heartbeat}, .action = Drop{}};

TEST(HeartbeatEdge, ACallThatHearsItsHeartbeatsLivesOn) {
  const History history = beating({});
  EXPECT_EQ(count(history, EventKind::returned), 1U);
  EXPECT_EQ(count(history, EventKind::reply), 1U);
  EXPECT_EQ(count(history, EventKind::reply_arrive), 1U);
  EXPECT_THAT(check::no_residue(history), check::Holds());
}

TEST(HeartbeatEdge, LosingThemEndsTheCallAndTouchesNoReply) {
  const History history = beating({.faults = {no_beats}});
  EXPECT_GE(count(history, EventKind::fault), 5U);
  EXPECT_EQ(count(history, EventKind::timeout), 1U);
  EXPECT_EQ(count(history, EventKind::reply_arrive), 1U);  // later, and nobody waits for it
}

TEST(HeartbeatEdge, OnItsPublishHopOneTakesAllThatFollowsWithIt) {
  Rule cut = no_beats;
  cut.on.hop = Hop::publish;
  cut.when.nth = {1};
  const History history = beating({.faults = {cut}});
  EXPECT_EQ(count(history, EventKind::fault), 1U);
  EXPECT_EQ(count(history, EventKind::timeout), 1U);
}

TEST(HeartbeatEdge, ARuleForRepliesSeesNoHeartbeat) {
  const History history =
      beating({.faults = {{.id = "gone", .on = {.edge = Edge::reply}, .action = Drop{}}}});
  EXPECT_EQ(count(history, EventKind::fault), 1U);
  EXPECT_EQ(count(history, EventKind::timeout), 1U);
}

TEST(HeartbeatEdge, AResultThatLooksLikeOneIsAReply) {
  const History history = beating({.faults = {no_beats}, .during = 0},
                                  {{"ending", false}, {"text", "\"ending\": false"}});
  EXPECT_EQ(count(history, EventKind::reply_arrive), 1U);
}

TEST(HeartbeatEdge, WhoGoesOnBeatingLeavesAResidue) {
  EXPECT_THAT(check::no_residue(beating({.after = 1})), check::Holds());
  EXPECT_THAT(check::no_residue(beating({.after = 2})), check::IsViolated());
}

}  // namespace
}  // namespace castaway::sim
