// What a client makes of odd input: docs/reference/differences.md has the same as a table.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/rpc_client.h"

#include "hand_made_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

class RPCClientInput : public testing::TestWithParam<Profile> {
 protected:
  Simulation sim_{{.seed = 7, .profile = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Profiles, RPCClientInput,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(RPCClientInput, WhatCannotBeSentIsRefusedBeforeAnythingIs) {
  const auto& history = in_world(
      sim_,
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.fanout = true}).call({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.topic = std::nullopt}).call({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.topic = ""}).cast({}, "echo"), InvalidTarget);
        EXPECT_THROW(client.prepare({.topic = std::string(256, 't')}).cast({}, "echo"),
                     InvalidTarget);
        EXPECT_THROW(client.prepare({.version = "1.6"}).call({}, "echo"), RPCVersionCapError);
        EXPECT_THROW(client.prepare({.version = "1.10"}).cast({}, "echo"), RPCVersionCapError);
        EXPECT_THROW(client.prepare({.version = std::nullopt}).cast({}, "echo"),
                     RPCVersionCapError);
        EXPECT_THROW(client.call({}, "echo", {{"v", std::nan("")}}), EncodeError);
        EXPECT_THROW(client.call({{"v", std::numeric_limits<double>::infinity()}}, "echo"),
                     EncodeError);
        EXPECT_THROW(client.call({}, "echo", {{"v", "\xff"}}), EncodeError);
        EXPECT_THROW(client.call(Object(json::array({1})), "echo"), EncodeError);
        EXPECT_THROW(client.call(Object(json()), "echo"), EncodeError);
        EXPECT_THROW(client.call({}, "\xff"), EncodeError);
        EXPECT_THROW(client.cast({}, "\xff"), EncodeError);
      },
      {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
  EXPECT_EQ(count(history, EventKind::publish), 0U);
  // What no Object could be made of was refused before there was a call.
  EXPECT_EQ(count(history, EventKind::invoke), 9U);
  EXPECT_EQ(count(history, EventKind::failure), 9U);
  for (const check::Event& event : history.events())
    EXPECT_TRUE(event.kind != EventKind::failure || event.effect == Effect::none);
  EXPECT_THAT(check::one_completion(history), check::Holds());
}

TEST_P(RPCClientInput, OfSeveralErrorsUpstreamsFirstIsRaised) {
  in_world(sim_,
           [&](RPCClient& client) {
             EXPECT_THROW(client.prepare({.topic = "", .fanout = true}).call({}, "echo"),
                          InvalidTarget);
             EXPECT_THROW(client.prepare({.topic = "", .version = "2.0"}).call({}, "echo"),
                          RPCVersionCapError);
             EXPECT_THROW(client.prepare({.topic = ""}).call({}, "echo"), InvalidTarget);
           },
           {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
}

TEST_P(RPCClientInput, AVersionThatIsNoneIsAnErrorOfPrepareAndOfNothingBefore) {
  in_world(sim_,
           [&](RPCClient& client) {
             for (const char* version : {"1", "abc", "", "1.x"}) {
               const auto error = thrown_by<MessagingException>(
                   [&] { static_cast<void>(client.prepare({.version = version})); });
               EXPECT_THAT(error.what(),
                           testing::StartsWith("Version must contain a major and minor integer: "));
             }
             EXPECT_NO_THROW(static_cast<void>(client.prepare({.version = "1.0.0.5"})));
             EXPECT_NO_THROW(static_cast<void>(client.prepare({.server = "host-1"})));
             // The client's own version was never looked at; the server is the first to do so.
             EXPECT_EQ(thrown_by<RemoteError>([&] { client.call({}, "echo"); }).exc_type(),
                       "ValueError");
             EXPECT_THROW(client.prepare({.version_cap = "1.0"}).call({}, "echo"),
                          MessagingException);
             EXPECT_THROW(client.prepare({.version = "1.0", .version_cap = "one"}).cast({}, "echo"),
                          MessagingException);
           },
           {.target = {.topic = "compute", .version = "abc"}});
}

TEST_P(RPCClientInput, PrepareKeepsWhatIsLeftOutAndNullOverrides) {
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
             EXPECT_EQ(directed.options().target.version, "1.0") << "a parent is not changed";
             EXPECT_EQ(client.prepare().options().timeout, std::nullopt);
           },
           {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
}

TEST_P(RPCClientInput, CanSendVersionAsksTheCap) {
  in_world(sim_,
           [&](RPCClient& client) {
             EXPECT_TRUE(client.can_send_version());
             EXPECT_TRUE(client.can_send_version("1.5"));
             EXPECT_TRUE(client.can_send_version("1.4.9"));
             EXPECT_FALSE(client.can_send_version("1.6"));
             EXPECT_FALSE(client.can_send_version("1.10"));
             EXPECT_FALSE(client.can_send_version("2.0"));
             EXPECT_FALSE(client.can_send_version(std::nullopt)) << "a cap, and no version";
             EXPECT_FALSE(client.prepare({.version = std::nullopt}).can_send_version());
             EXPECT_THROW(static_cast<void>(client.can_send_version("one")), MessagingException);
             const CallContext uncapped = client.prepare({.version_cap = std::nullopt});
             EXPECT_TRUE(uncapped.can_send_version("9.9"));
             EXPECT_TRUE(uncapped.can_send_version(std::nullopt));
             EXPECT_TRUE(uncapped.can_send_version("one")) << "nobody looks at it";
           },
           {.target = {.topic = "compute", .version = "1.0"}, .version_cap = "1.5"});
}

TEST_P(RPCClientInput, AnUnroutableRequestIsAcceptedUnlessItIsMandatory) {
  const auto& history = in_world(sim_, [&](RPCClient& client) {
    const CallContext nowhere = client.prepare({.topic = "void", .timeout = 1s});
    EXPECT_NO_THROW(nowhere.cast({}, "echo"));
    EXPECT_EQ(thrown_by<MessagingTimeout>([&] { nowhere.call({}, "echo"); }).effect(),
              Effect::unknown);
  });
  EXPECT_EQ(count(history, EventKind::execute), 0U);
}

TEST_P(RPCClientInput, AMandatoryRequestThatNobodyListensForComesBack) {
  const auto& history = in_world(
      sim_,
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.topic = "void"}).call({}, "echo"), MessageUndeliverable);
        EXPECT_THROW(client.prepare({.topic = "void"}).cast({}, "echo"), MessageUndeliverable);
        EXPECT_NO_THROW(client.prepare({.topic = "void", .fanout = true}).cast({}, "echo"));
        EXPECT_LT(sim_.now(), TimePoint(1s));
      },
      {.target = {.topic = "compute"}, .mandatory = true});
  EXPECT_EQ(count(history, EventKind::execute), 0U);
}

TEST_P(RPCClientInput, NoTimeAtAllIsATimeoutAtOnce) {
  const auto& history = in_world(sim_, [&](RPCClient& client) {
    for (const Duration timeout : {Duration(0s), Duration(-1s), Duration::min()}) {
      const auto error = thrown_by<MessagingTimeout>([&] {
        client.prepare({.timeout = timeout}).call({}, "echo", {{"v", 1}});
      });
      EXPECT_EQ(error.effect(), Effect::none);
    }
    EXPECT_EQ(sim_.now(), TimePoint(100ms));
  });
  EXPECT_EQ(count(history, EventKind::publish), 0U);
}

TEST_P(RPCClientInput, ACallWithoutATimeoutHasSixtySeconds) {
  in_world(sim_,
           [&](RPCClient& client) {
             EXPECT_THROW(client.call({}, "echo"), MessagingTimeout);
             EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(sim_.now() - TimePoint(100ms)),
                       60s);
           },
           {.target = {.topic = "void"}});
}

TEST_P(RPCClientInput, PrivateNamesAndThoseOfNoMethodAreUnknownToTheServer) {
  in_world(sim_, [&](RPCClient& client) {
    for (const char* method : {"_private", "target"}) {
      EXPECT_EQ(thrown_by<RemoteError>([&] { client.call({}, method); }).exc_type(),
                "NoSuchMethod");
    }
  });
}

TEST_P(RPCClientInput, TheContextTravelsAndStaysApartFromTheNext) {
  json first;
  json second;
  in_world(sim_, [&](RPCClient& client) {
    first = client.call({{"user", "admin"}, {"msg_id", "mine"}, {"reply_q", 1}}, "context");
    second = client.call({}, "context");
  });
  const json added =
      GetParam() == Profile::classic ? json{{"client_timeout", nullptr}} : json::object();
  json expected = {{"user", "admin"}, {"msg_id", "mine"}, {"reply_q", 1}};
  expected.update(added);
  EXPECT_EQ(first, expected);
  EXPECT_EQ(second, added);
}

/// The expiration that a call with this timeout carries.
std::string expiration_with(Profile profile, Duration timeout) {
  Simulation sim({.seed = 7, .profile = profile});
  std::string expiration = "none was seen";
  sim.process("queue", [&](Process& process) {
    hand_made::Inbox inbox(process.runtime);
    SimTransport transport(sim.network(), process.runtime.current_process(), "queue");
    const auto connection = transport.connect(Purpose::listen, "queue", inbox);
    process.runtime.sleep_until(TimePoint(50ms));
    connection->declare_exchange({.exchange = "openstack"});
    connection->declare_queue({.queue = "t"});
    connection->bind_queue("t", "openstack", "t");
    connection->consume("t", "1");
    const auto message = inbox.requests.take(TimePoint(1s));
    if (message) expiration = message->properties.expiration;
  });
  sim.client("nova-1", {.target = {.topic = "t"}, .timeout = timeout}, [&](RPCClient& client) {
    sim.runtime().sleep_until(TimePoint(100ms));
    try {
      client.call({}, "echo");
    } catch (const MessagingTimeout&) {
      // Nobody answers; a long timeout is cut short by the end of the run.
    }
  });
  sim.run();
  return expiration;
}

TEST(RPCClientExpiration, IsCutToMillisecondsInClassicAndRoundedUpFromWhatIsLeftInStrict) {
  EXPECT_EQ(expiration_with(Profile::classic, 1500ms + 900us), "1500");
  const std::string left = expiration_with(Profile::strict, 1500ms + 900us);
  EXPECT_LE(std::stoi(left), 1501);
  EXPECT_GT(std::stoi(left), 1480);
}

TEST(RPCClientExpiration, IsLeftOutWhereABrokerWouldRefuseIt) {
  EXPECT_EQ(expiration_with(Profile::strict, 24h * 365), "");
  EXPECT_EQ(expiration_with(Profile::classic, 24h * 365), "");
  EXPECT_EQ(expiration_with(Profile::strict, Duration::max()), "");
}

}  // namespace
}  // namespace castaway::sim
