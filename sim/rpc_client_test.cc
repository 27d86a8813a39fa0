// The client against a real server in a simulated world. Each test holds in both profiles unless it
// says otherwise.

#include "castaway/rpc_client.h"

#include <cmath>

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

TEST_P(RPCClientInBothProfiles, WhatCannotBeSentIsRefusedBeforeAnythingIs) {
  const auto& history = in_world(
      sim_,
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.fanout = true}).call({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.topic = std::nullopt}).call({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.topic = ""}).cast({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.version = "1.6"}).call({}, "echo"), RPCVersionCapError);
        EXPECT_THROW(client.prepare({.version = "1.10"}).cast({}, "echo"), RPCVersionCapError);
        EXPECT_THROW(client.call({}, "echo", {{"v", std::nan("")}}), EncodeError);
        EXPECT_THROW(static_cast<void>(client.prepare({.version = "one"})), std::invalid_argument);
      },
      {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
  EXPECT_EQ(count(history, EventKind::publish), 0U);
}

TEST_P(RPCClientInBothProfiles, PrepareKeepsWhatIsLeftOutAndNullOverrides) {
  in_world(sim_,
           [&](RPCClient& client) {
             const CallContext directed = client.prepare({.server = "host-1", .timeout = 2s});
             EXPECT_EQ(directed.options().target,
                       (Target{.topic = "compute", .version = "1.0", .server = "host-1"}));
             EXPECT_EQ(directed.options().timeout, 2s);
             const CallContext again = directed.prepare({.version = std::nullopt,
                                                         .timeout = std::nullopt,
                                                         .version_cap = std::nullopt,
                                                         .retry = 3});
             EXPECT_EQ(again.options().target, (Target{.topic = "compute", .server = "host-1"}));
             EXPECT_EQ(again.options().timeout, std::nullopt);
             EXPECT_EQ(again.options().retry, 3);
             EXPECT_EQ(again.call({}, "echo", {{"v", 1}}), 1);
             EXPECT_TRUE(client.can_send_version());
             EXPECT_TRUE(client.can_send_version("1.5"));
             EXPECT_FALSE(client.can_send_version("1.6"));
             EXPECT_FALSE(client.can_send_version("2.0"));
           },
           {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
}

TEST_P(RPCClientInBothProfiles, AMandatoryRequestThatNobodyListensForComesBack) {
  const auto& history = in_world(
      sim_,
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.topic = "void"}).call({}, "echo"), MessageUndeliverable);
        EXPECT_THROW(client.prepare({.topic = "void"}).cast({}, "echo"), MessageUndeliverable);
        EXPECT_NO_THROW(client.prepare({.topic = "void", .fanout = true}).cast({}, "echo"));
      },
      {.target = {.topic = "compute"}, .mandatory = true});
  EXPECT_EQ(count(history, EventKind::execute), 0U);
}

TEST_P(RPCClientInBothProfiles, NoTimeAtAllIsATimeoutAtOnce) {
  const auto& history = in_world(sim_, [&](RPCClient& client) {
    for (const Duration timeout : {Duration(0s), Duration(-1s)}) {
      const auto error = thrown_by<MessagingTimeout>([&] {
        client.prepare({.timeout = timeout}).call({}, "echo", {{"v", 1}});
      });
      EXPECT_EQ(error.effect(), Effect::none);
    }
    EXPECT_EQ(sim_.now(), TimePoint(100ms));
  });
  EXPECT_EQ(count(history, EventKind::publish), 0U);
}

TEST_P(RPCClientInBothProfiles, TheContextTravelsAndStaysApartFromTheNext) {
  json first;
  json second;
  in_world(sim_, [&](RPCClient& client) {
    first = client.call({{"user", "admin"}, {"msg_id", "mine"}}, "context");
    second = client.call({}, "context");
  });
  const json added =
      GetParam() == Profile::classic ? json{{"client_timeout", nullptr}} : json::object();
  json expected = {{"user", "admin"}, {"msg_id", "mine"}};
  expected.update(added);
  EXPECT_EQ(first, expected);
  EXPECT_EQ(second, added);
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

TEST(RPCClient, WithoutABrokerRetryCountsTheAttempts) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "outage",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.at = 50ms},
                              .action = Disconnect{.who = "nova-1", .for_ = 1h}}}});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    for (const int retry : {0, 1, 2}) {
      const auto error = thrown_by<MessageDeliveryFailure>(
          [&] { client.prepare({.retry = retry}).cast({}, "echo"); });
      EXPECT_EQ(error.effect(), Effect::none);
      EXPECT_STREQ(error.what(),
                   "The cast echo on topic=compute could not be sent: connection refused");
    }
  });
  const auto attempts = count(history, EventKind::link);
  EXPECT_EQ(attempts, 2U /* the server's opening, the cut */ + 1U + 2U + 3U);
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

TEST(RPCClient, ATransportThatIsClosedEndsWhatWaitsAndRefusesWhatComes) {
  Simulation sim({.seed = 7});
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)});
  TimePoint woken;
  sim.process("nova-1", [&](Process& process) {
    const RPCClient client(process.messaging, {.target = {.topic = "compute"}, .timeout = 60s});
    const auto waiting = process.runtime.spawn("waiting", [&] {
      const auto error = thrown_by<MessageDeliveryFailure>([&] {
        client.call({}, "slow", {{"ms", 30000}});
      });
      EXPECT_EQ(error.effect(), Effect::unknown);
      woken = sim.now();
    });
    process.runtime.sleep_until(TimePoint(1s));
    process.messaging.cleanup();
    waiting->join();
    EXPECT_EQ(thrown_by<MessageDeliveryFailure>([&] { client.call({}, "echo"); }).effect(),
              Effect::none);
    EXPECT_EQ(thrown_by<MessageDeliveryFailure>([&] { client.cast({}, "echo"); }).effect(),
              Effect::none);
  });
  sim.run();
  EXPECT_EQ(woken, TimePoint(1s));
}

}  // namespace
}  // namespace castaway::sim
