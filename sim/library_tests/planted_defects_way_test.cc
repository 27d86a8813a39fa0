// The laws of what is on its way bite: a bug planted beside the client or beside the server makes
// each speak.

#include <map>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/envelope.h"

#include "defective_process_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

/// A call, a cast and a fanout; a call while the server is stopped; then it serves again.
check::History day_with(const Plant& plant) {
  Simulation sim({.seed = 7,
                  .limit = 60s,
                  .transport =
                      [&](const Station& parts) {
                        Defect defect;
                        if (parts.process == "s1") defect = plant.server;
                        if (parts.process == "c1") defect = plant.client;
                        return std::make_unique<Defective>(parts, std::move(defect));
                      },
                  .quiet = TimePoint()});
  sim.serve({.topic = "t", .server = "s1"}, {echo_endpoint(sim)}, {.workers = 2});
  sim.serve({.topic = "t", .server = "s2"}, {echo_endpoint(sim)}, {.workers = 2});
  sim.client("c1", {.target = {.topic = "t"}, .timeout = 2s}, [&](RPCClient& client) {
    const auto ignoring_errors = [](const auto& ask) {
      try {
        ask();
      } catch (const MessagingException&) {
        // The history has it.
      }
    };
    sim.wait_until_serving("s1");
    sim.wait_until_serving("s2");
    ignoring_errors([&] { client.call({}, "echo", {{"v", 1}}); });
    ignoring_errors([&] { client.cast({}, "echo", {{"v", 2}}); });
    ignoring_errors([&] { client.prepare({.fanout = true}).cast({}, "echo", {{"v", 3}}); });
    sim.runtime().sleep_until(sim.now() + 1s);
    sim.stop_server("s2");
    ignoring_errors([&] { client.prepare({.server = "s2"}).call({}, "echo", {{"v", 4}}); });
    sim.runtime().sleep_until(sim.now() + 5s);
    sim.start_server("s2");
    sim.runtime().sleep_until(sim.now() + 1s);
  });
  sim.run();
  return std::move(sim.recorder().history());
}

TEST(PlantedDefect, NoneLeavesWhatIsOnItsWayInOrder) {
  const check::History history = day_with({});
  EXPECT_THAT(check::reply_arrives(history), check::Holds());
  EXPECT_THAT(check::expiry(history), check::Holds());
  EXPECT_THAT(check::fanout_whole(history), check::Holds());
  EXPECT_THAT(check::no_residue(history), check::Holds());
}

TEST(PlantedDefect, AClientThatLeavesItsReplyQueueBreaksReplyArrives) {
  const check::History history = day_with({.client = {.consumes_nothing = true}});
  EXPECT_THAT(check::reply_arrives(history), check::IsViolated());
}

TEST(PlantedDefect, ARequestThatNeverExpiresBreaksExpiry) {
  const check::History history =
      day_with({.client = {.request = [](PlantedTransport& transport, const Publication& p) {
                  if (p.exchange.empty()) return true;
                  Publication immortal = p;
                  immortal.message.properties.expiration.clear();
                  transport.publish(std::move(immortal));
                  return false;
                }}});
  EXPECT_THAT(check::expiry(history), check::IsViolated());
}

TEST(PlantedDefect, AServerThatForgetsAFanoutBreaksFanoutWhole) {
  const check::History history =
      day_with({.server = {.delivery = [](Connection&, const Delivery& delivery) {
                  return delivery.consumer_tag != "3";  // that of its fanout queue
                }}});
  EXPECT_THAT(check::fanout_whole(history), check::IsViolated());
}

TEST(PlantedDefect, AClientThatKeepsItsRepliesBreaksNoResidue) {
  const check::History history =
      day_with({.client = {.delivery = [](Connection&, const Delivery&) { return false; }}});
  const check::Verdict verdict = check::no_residue(history);
  ASSERT_THAT(verdict, check::IsViolated());
  EXPECT_EQ(verdict.violations[0].breach.detail, check::Detail::unsettled_replies);
}

TEST(PlantedDefect, AServerThatTakesNoMoreLeavesQueuedMessages) {
  Simulation sim({.limit = 60s,
                  .transport =
                      [](const Station& parts) {
                        Defect defect;
                        if (parts.process == "s1")
                          defect.delivery = [](Connection&, const Delivery&) { return false; };
                        return std::make_unique<Defective>(parts, std::move(defect));
                      },
                  .quiet = TimePoint()});
  sim.serve({.topic = "t", .server = "s1"}, {echo_endpoint(sim)}, {.workers = 1});
  sim.client("c1", {.target = {.topic = "t"}}, [&](RPCClient& client) {
    sim.wait_until_serving("s1");
    for (int i = 0; i < 5; ++i) client.cast({}, "echo", {{"v", i}});
  });
  std::map<check::Detail, std::uint32_t> left;
  for (const check::Event& event : sim.run().events()) {
    if (event.kind == check::EventKind::residue) left[event.detail] = event.copy;
  }
  const std::uint32_t taken = left[check::Detail::unacknowledged_deliveries];
  EXPECT_GT(taken, 0U);
  EXPECT_GT(left[check::Detail::queued_messages], 0U);
  EXPECT_EQ(taken + left[check::Detail::queued_messages], 5U);
}

}  // namespace
}  // namespace castaway::sim
