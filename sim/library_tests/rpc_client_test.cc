// The client against a real server in a simulated world: what comes back, and when nothing does.
// Each test holds in both profiles unless it says otherwise.

#include "castaway/rpc_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

class RPCClientInBothProfiles : public testing::TestWithParam<Profile> {
 protected:
  Simulation sim_{{.seed = 7, .profile = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Profiles, RPCClientInBothProfiles,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(RPCClientInBothProfiles, CallReturnsWhatTheMethodReturns) {
  json result;
  const auto& history = in_world(sim_, [&](RPCClient& client) {
    result = client.call({}, "echo", {{"v", {1, "two", nullptr}}});
  });
  EXPECT_EQ(result, json({1, "two", nullptr}));
  EXPECT_EQ(count(history, EventKind::execute), 1U);
  for (const check::Verdict& verdict : check::judge_all(history))
    EXPECT_FALSE(verdict.violated()) << to_string(verdict, history);
}

TEST_P(RPCClientInBothProfiles, CallRaisesWhatTheMethodRaises) {
  in_world(sim_, [&](RPCClient& client) {
    const auto error = thrown_by<RemoteError>([&] { client.call({}, "fail"); });
    EXPECT_EQ(error.exc_type(), "InstanceNotFound");
    EXPECT_EQ(error.failure().module, "nova.exception");
    EXPECT_EQ(error.value(), "no instance 7");
    EXPECT_EQ(error.effect(), Effect::dispatched);
  });
}

TEST_P(RPCClientInBothProfiles, AnExceptionOfTheStandardLibraryTravelsByItsName) {
  in_world(sim_, [&](RPCClient& client) {
    const auto error = thrown_by<RemoteError>([&] { client.call({}, "fail_in_cpp"); });
    EXPECT_EQ(error.exc_type(), "out_of_range");
    EXPECT_EQ(error.failure().module, "std");
    EXPECT_EQ(error.value(), "index 9");
  });
}

TEST_P(RPCClientInBothProfiles, AnErrorThatIsRelayedKeepsItsTypeAndOnlyAllowedTypesAreMade) {
  // nova-1 calls host-2, whose method calls host-1 and lets the error out.
  struct InstanceNotFound : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  RemoteErrorTypes types;
  types.allow<InstanceNotFound>("nova.exception", "InstanceNotFound");
  bool made = false;
  sim_.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim_)});
  sim_.process("host-2", [&](Process& process) {
    SimTransport network(sim_.network(), process.runtime.current_process(), "host-2");
    RPCTransport messaging(
        process.runtime, network,
        {.profile = GetParam(), .name = "host-2", .allowed_remote_exmods = types},
        &sim_.recorder().observer("host-2"));
    const RPCClient behind(messaging, {.target = {.topic = "compute"}, .timeout = 5s});
    const Endpoint relay{.methods = {{"relay", [&](const Object&, const Object&) {
                                        try {
                                          return behind.call({}, "fail");
                                        } catch (const InstanceNotFound& error) {
                                          made = remote_failure(error) != nullptr;
                                          throw;
                                        }
                                      }}}};
    RPCServer server(messaging, {.topic = "relays", .server = "host-2"}, {relay});
    server.start();
    process.runtime.sleep_until(TimePoint(10s));
  });
  sim_.client("nova-1", {.target = {.topic = "relays"}, .timeout = 5s}, [&](RPCClient& client) {
    sim_.runtime().sleep_until(TimePoint(100ms));
    const auto error = thrown_by<RemoteError>([&] { client.call({}, "relay"); });
    EXPECT_EQ(error.exc_type(), "InstanceNotFound");
    EXPECT_EQ(error.failure().module, "nova.exception");
    EXPECT_EQ(error.value(), "no instance 7");
  });
  const check::History& history = sim_.run();
  EXPECT_TRUE(made);
  for (const check::Verdict& verdict : check::judge_all(history))
    EXPECT_FALSE(verdict.violated()) << to_string(verdict, history);
}

TEST_P(RPCClientInBothProfiles, TheHistorySaysAsWhatAnErrorWasRaised) {
  struct InstanceNotFound : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  RemoteErrorTypes types;
  types.allow<InstanceNotFound>("nova.exception", "InstanceNotFound");
  types.allow<MessagingTimeout>("std", "out_of_range", [](const Failure& failure) {
    return MessagingTimeout(failure.message, Effect::dispatched);
  });
  types.allow<std::runtime_error>(
      "oslo_messaging.rpc.dispatcher", "NoSuchMethod",
      [](const Failure&) -> std::runtime_error { throw std::out_of_range("it has no arguments"); });
  Simulation sim({.seed = 7, .profile = GetParam(), .allowed_remote_exmods = {{"nova-1", types}}});
  const check::History& history = in_world(sim, [&](RPCClient& client) {
    EXPECT_THROW(client.call({}, "fail"), InstanceNotFound);
    EXPECT_THROW(client.call({}, "fail_in_cpp"), MessagingTimeout) << "as an error of our own";
    EXPECT_THROW(client.call({}, "nothing_here"), RemoteError) << "its type cannot be made";
  });
  std::vector<std::string> names;
  for (const check::Event& event : history.events()) {
    if (check::is_completion(event.kind))
      names.push_back(std::string(to_string(event.kind)) + " " +
                      std::string(history.text(event.name)));
  }
  EXPECT_THAT(names, testing::ElementsAre("error InstanceNotFound_Remote",
                                          "error out_of_range_Remote", "error NoSuchMethod"));
}

TEST_P(RPCClientInBothProfiles, UnknownMethodsAndVersionsAreErrorsOfTheDispatcher) {
  in_world(sim_, [&](RPCClient& client) {
    const auto method = thrown_by<RemoteError>([&] { client.call({}, "nothing_here"); });
    EXPECT_EQ(method.exc_type(), "NoSuchMethod");
    EXPECT_EQ(method.value(), "Endpoint does not support RPC method nothing_here");
    const auto hidden = thrown_by<RemoteError>([&] { client.call({}, "_private"); });
    EXPECT_EQ(hidden.exc_type(), "NoSuchMethod");
    const auto version = thrown_by<RemoteError>([&] {
      client.prepare({.version = "1.9"}).call({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(version.exc_type(), "UnsupportedVersion");
    EXPECT_EQ(version.value(), "Endpoint does not support RPC version 1.9. Attempted method: echo");
    const auto space = thrown_by<RemoteError>([&] {
      client.prepare({.namespace_ = "other"}).call({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(space.exc_type(), "UnsupportedVersion");
  });
}

TEST(RPCClient, CallRaisesMessagingTimeoutAtItsDeadline) {
  Simulation sim(
      {.seed = 7, .faults = {{.id = "loss", .on = {.edge = Edge::request}, .action = Drop{}}}});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    const auto error = thrown_by<MessagingTimeout>([&] {
      client.prepare({.timeout = 3s}).call({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(sim.now(), TimePoint(3100ms));
    EXPECT_EQ(error.effect(), Effect::unknown);
    EXPECT_STREQ(error.what(), "Timed out waiting for a reply to echo on topic=compute after 3s");
  });
  EXPECT_THAT(check::deadline(history), check::Holds());
}

TEST(RPCClient, AClassicCallOutlivesItsTimeoutWhileItWaitsForTheConfirm) {
  const FaultPlan slow = {{.id = "slow",
                           .on = {.edge = Edge::confirm},
                           .when = {.nth = {1}},
                           .action = Delay{{.a = 900ms}}},
                          {.id = "loss", .on = {.edge = Edge::reply}, .action = Drop{}}};
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .faults = slow, .profile = profile});
    TimePoint ended;
    in_world(sim, [&](RPCClient& client) {
      EXPECT_THROW(client.prepare({.timeout = 1s}).call({}, "echo", {{"v", 1}}), MessagingTimeout);
      ended = sim.now();
    });
    if (profile == Profile::strict) {
      EXPECT_EQ(ended, TimePoint(1100ms));
    } else {
      EXPECT_GT(ended, TimePoint(1900ms));
    }
  }
}

TEST(RPCClient, ACastInDoubtFailsAtOnceAndSaysThatItMayHaveRun) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "cut",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.after = EventPattern{.ev = "accept"}, .limit = 1},
                              .action = Disconnect{.who = "nova-1"}}}});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    const auto error = thrown_by<MessageDeliveryFailure>([&] {
      client.cast({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(error.effect(), Effect::unknown);
    EXPECT_LT(sim.now(), TimePoint(200ms));
  });
  EXPECT_EQ(count(history, EventKind::execute), 1U);
}

TEST(RPCClient, ACallInDoubtWaitsForTheReplyThatProvesIt) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "cut",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.after = EventPattern{.ev = "accept"}, .limit = 1},
                              .action = Disconnect{.who = "nova-1"}}}});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    EXPECT_EQ(client.call({}, "echo", {{"v", 1}}), 1);
  });
  EXPECT_EQ(count(history, EventKind::publish), 1U);
  EXPECT_EQ(count(history, EventKind::execute), 1U);
}

TEST(RPCClient, ACastGivesUpAtItsPublishTimeout) {
  Simulation sim(
      {.seed = 7,
       .faults = {{.id = "slow", .on = {.edge = Edge::confirm}, .action = Delay{{.a = 40s}}}}});
  in_world(sim, [&](RPCClient& client) {
    const auto error = thrown_by<MessageDeliveryFailure>([&] {
      client.cast({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(error.effect(), Effect::unknown);
    EXPECT_EQ(sim.now(), TimePoint(30100ms));
  });
}

TEST(RPCClient, NothingIsPendingAfterCallsThatTimedOut) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "loss", .on = {.edge = Edge::reply}, .action = Drop{}}},
                  .limit = 1h});
  std::size_t pending = 99;
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)});
  sim.process("nova-1", [&](Process& process) {
    const RPCClient client(process.messaging, {.target = {.topic = "compute"}, .timeout = 100ms});
    for (int i = 0; i < 1000; ++i)
      EXPECT_THROW(client.call({}, "echo", {{"v", i}}), MessagingTimeout);
    pending = process.messaging.pending_calls();
  });
  sim.run();
  EXPECT_EQ(pending, 0U);
}

}  // namespace
}  // namespace castaway::sim
