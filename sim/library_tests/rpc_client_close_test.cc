// A transport that is closed ends what waits, in its time, and refuses what comes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/rpc_client.h"

#include "hand_made_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

class RPCClientAtTheEnd : public testing::TestWithParam<Profile> {};

INSTANTIATE_TEST_SUITE_P(Profiles, RPCClientAtTheEnd,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(RPCClientAtTheEnd, SixteenCallsThatWaitEndWhenTheTransportIsClosed) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)});
  int ended = 0;
  sim.process("nova-1", [&](Process& process) {
    const RPCClient client(process.messaging, {.target = {.topic = "compute"}, .timeout = 60s});
    std::vector<std::unique_ptr<Task>> tasks;
    for (int i = 0; i < 16; ++i) {
      tasks.push_back(process.runtime.spawn("waiting-" + std::to_string(i), [&] {
        const auto error = thrown_by<MessageDeliveryFailure>([&] {
          client.call({}, "slow", {{"ms", 30000}});
        });
        EXPECT_EQ(error.effect(), Effect::unknown);
        EXPECT_EQ(sim.now(), TimePoint(1s));
        ++ended;
      }));
    }
    process.runtime.sleep_until(TimePoint(1s));
    process.messaging.cleanup();
    for (const auto& task : tasks) task->join();
    EXPECT_EQ(process.messaging.pending_calls(), 0U);
  });
  EXPECT_THAT(check::retries_used(sim.run()), check::IsVacuous());  // the close excuses them
  EXPECT_EQ(ended, 16);
}

TEST_P(RPCClientAtTheEnd, AfterCleanupEverythingFailsAtOnceAndAnotherCleanupDoesNothing) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)});
  bool ended = false;
  sim.process("nova-1", [&](Process& process) {
    const RPCClient client(process.messaging, {.target = {.topic = "compute"}, .timeout = 60s});
    process.runtime.sleep_until(TimePoint(100ms));
    client.call({}, "echo", {{"v", 1}});
    process.messaging.cleanup();
    process.messaging.cleanup();
    const TimePoint closed = sim.now();
    const auto call = thrown_by<MessageDeliveryFailure>([&] { client.call({}, "echo"); });
    const auto cast = thrown_by<MessageDeliveryFailure>([&] { client.cast({}, "echo"); });
    EXPECT_EQ(call.effect(), Effect::none);
    EXPECT_EQ(cast.effect(), Effect::none);
    EXPECT_STREQ(call.what(),
                 "The call echo on topic=compute could not be sent: the transport is closed");
    EXPECT_STREQ(cast.what(),
                 "The cast echo on topic=compute could not be sent: the transport is closed");
    EXPECT_EQ(sim.now(), closed);
    ended = true;
  });
  sim.run();
  EXPECT_TRUE(ended);
}

/// A cast that would wait for ever begins at 100 ms, against a broker that says nothing from
/// `silent_from` on; the transport is closed at 1 s.
Duration cast_ends_after(Profile profile, Duration silent_from, bool refuse) {
  Simulation sim(
      {.seed = 7,
       .faults = {{.id = "silence",
                   .on = {.edge = Edge::link, .from = "nova-1"},
                   .when = {.at = silent_from},
                   .action = Disconnect{.who = "nova-1", .for_ = 10h, .half_open = !refuse}}}});
  Duration ended{};
  sim.process("nova-1", [&](Process& process) {
    SimTransport network(sim.network(), process.runtime.current_process(), "nova-1");
    RPCTransport messaging(
        process.runtime, network,
        {.profile = profile, .name = "nova-1", .publish_timeout = Duration::max()});
    const RPCClient client(messaging, {.target = {.topic = "compute"}});
    const auto cast = process.runtime.spawn("cast", [&] {
      process.runtime.sleep_until(TimePoint(90ms));
      if (silent_from > 90ms) client.cast({}, "first");  // a link that is open when silence falls
      process.runtime.sleep_until(TimePoint(100ms));
      EXPECT_THROW(client.cast({}, "note"), MessageDeliveryFailure);
      ended = sim.now().time_since_epoch();
    });
    process.runtime.sleep_until(TimePoint(1s));
    messaging.cleanup();
    cast->join();
  });
  sim.run();
  return ended;
}

TEST_P(RPCClientAtTheEnd, ACastThatWaitsForAConnectionEndsWithTheTransport) {
  EXPECT_EQ(cast_ends_after(GetParam(), 50ms, true), 1s) << "refused, again and again";
  EXPECT_EQ(cast_ends_after(GetParam(), 50ms, false), 1s) << "a connection that never opens";
}

TEST_P(RPCClientAtTheEnd, ACastThatWaitsForItsConfirmEndsWithTheTransport) {
  const Duration ended = cast_ends_after(GetParam(), 98ms, false);
  EXPECT_GE(ended, Duration(1s));
  EXPECT_LE(ended, Duration(6s)) << "cleanup() waits five seconds for the broker";
}

}  // namespace
}  // namespace castaway::sim
