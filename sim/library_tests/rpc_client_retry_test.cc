// Retries: how many, how fast, and until when.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"
#include "castaway/rpc_client.h"

#include "world_fixture.h"

namespace castaway::sim {
namespace {

using check::EventKind;
using nlohmann::json;

/// No broker for nova-1 from 50 ms on, `for_` so long.
FaultPlan outage(Duration for_) {
  return {{.id = "outage",
           .on = {.edge = Edge::link, .from = "nova-1"},
           .when = {.at = 50ms},
           .action = Disconnect{.who = "nova-1", .for_ = for_}}};
}

/// When nova-1 tried to connect, and was refused.
std::vector<TimePoint> refusals(const check::History& history) {
  std::vector<TimePoint> times;
  for (const check::Event& event : history.events()) {
    if (event.kind == EventKind::link && history.text(event.actor) == "nova-1" &&
        event.detail != check::Detail::cut)
      times.push_back(event.at);
  }
  return times;
}

TEST(RPCClientRetry, CountsTheAttemptsOfACast) {
  for (const int retry : {0, 1, 2}) {
    Simulation sim({.seed = 7, .faults = outage(1h)});
    const auto& history = in_world(sim, [&](RPCClient& client) {
      const auto error = thrown_by<MessageDeliveryFailure>(
          [&] { client.prepare({.retry = retry}).cast({}, "echo"); });
      EXPECT_EQ(error.effect(), Effect::none);
      EXPECT_STREQ(error.what(),
                   "The cast echo on topic=compute could not be sent: connection refused");
    });
    EXPECT_EQ(refusals(history).size(), static_cast<std::size_t>(retry) + 1);
  }
}

TEST(RPCClientRetry, CountsTheAttemptsOfACallFromTheReplyQueueOn) {
  for (const int retry : {0, 1, 2}) {
    Simulation sim({.seed = 7, .faults = outage(1h)});
    in_world(sim, [&](RPCClient& client) {
      const auto error = thrown_by<MessageDeliveryFailure>(
          [&] { client.prepare({.timeout = 60s, .retry = retry}).call({}, "echo"); });
      EXPECT_EQ(error.effect(), Effect::none);
      EXPECT_STREQ(error.what(),
                   "The call echo on topic=compute could not be sent: no connection to the broker: "
                   "connection refused");
      EXPECT_LT(sim.now(), TimePoint(3s));
    });
  }
}

TEST(RPCClientRetry, ForEverIsBoundedByTheTimeout) {
  for (const std::optional<int> retry : {std::optional<int>(), std::optional<int>(-1)}) {
    Simulation sim({.seed = 7, .faults = outage(1h)});
    in_world(sim, [&](RPCClient& client) {
      const CallContext stubborn =
          client.prepare({.retry = retry ? Override<int>(*retry) : Override<int>(std::nullopt)});
      EXPECT_EQ(thrown_by<MessagingTimeout>([&] { stubborn.call({}, "echo"); }).effect(),
                Effect::none);
      EXPECT_EQ(sim.now(), TimePoint(5100ms));
      EXPECT_EQ(thrown_by<MessageDeliveryFailure>([&] { stubborn.cast({}, "echo"); }).effect(),
                Effect::none);
      EXPECT_EQ(sim.now(), TimePoint(35100ms)) << "publish_timeout";
    });
  }
}

TEST(RPCClientRetry, ABrokerThatComesBackInTimeIsUsed) {
  Simulation sim({.seed = 7, .faults = outage(4500ms)});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    client.cast({}, "echo", {{"v", 1}});
    EXPECT_EQ(client.call({}, "echo", {{"v", 2}}), 2);
  });
  EXPECT_EQ(count(history, EventKind::execute), 2U);
  EXPECT_THAT(check::at_most_once(history), check::Holds());
}

TEST(RPCClientRetry, AConnectionThatClosedWhileIdleFailsOneSendAtMost) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "cut",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.at = 1s},
                              .action = Disconnect{.who = "nova-1"}}},
                  .profile = Profile::classic});
  in_world(sim, [&](RPCClient& client) {
    const CallContext once = client.prepare({.retry = 0});
    once.cast({}, "echo", {{"v", 1}});
    sim.runtime().sleep_until(TimePoint(2s));
    EXPECT_THROW(once.cast({}, "echo", {{"v", 2}}), MessageDeliveryFailure);
    EXPECT_NO_THROW(once.cast({}, "echo", {{"v", 3}}));
  });
}

TEST(RPCClientRetry, ARefusalAfterAnAttemptInDoubtIsInDoubtToo) {
  Simulation sim(
      {.seed = 7,
       .faults =
           {{.id = "lost", .on = {.edge = Edge::confirm}, .when = {.nth = {1}}, .action = Drop{}},
            {.id = "refused",
             .on = {.edge = Edge::request, .hop = Hop::publish},
             .when = {.nth = {2}},
             .action = Nack{}}},
       .profile = Profile::classic,
       .limit = 300s});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    const auto error = thrown_by<MessageDeliveryFailure>([&] {
      client.cast({}, "echo", {{"v", 1}});
    });
    EXPECT_EQ(error.effect(), Effect::unknown);
  });
  EXPECT_EQ(count(history, EventKind::execute), 1U);
  EXPECT_THAT(sim.faults().unfired(), testing::IsEmpty());
}

TEST(RPCClientRetry, ARefusedFanoutMayHaveReachedSomeServers) {
  Simulation sim({.seed = 7,
                  .faults = {{.id = "refused",
                              .on = {.edge = Edge::request, .hop = Hop::publish},
                              .action = Nack{}}}});
  in_world(sim, [&](RPCClient& client) {
    EXPECT_EQ(thrown_by<MessageDeliveryFailure>([&] {
                client.prepare({.fanout = true}).cast({}, "echo", {{"v", 1}});
              }).effect(),
              Effect::unknown);
    EXPECT_EQ(thrown_by<MessageDeliveryFailure>([&] {
                client.cast({}, "echo", {{"v", 1}});
              }).effect(),
              Effect::none);
  });
}

TEST(RPCClientRetry, TheWaitForAConnectionIsNotAddedToTheRequestsLifetime) {
  FaultPlan plan = outage(20s);
  plan.push_back({.id = "dead",
                  .on = {.edge = Edge::process},
                  .when = {.at = 1s},
                  .action = Kill{.who = "host-1", .restart = 40s}});
  Simulation sim({.seed = 7, .faults = plan});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    EXPECT_THROW(client.prepare({.timeout = 30s}).call({}, "echo", {{"v", 1}}), MessagingTimeout);
  });
  EXPECT_EQ(count(history, EventKind::accept), 1U);
  EXPECT_EQ(count(history, EventKind::execute), 0U) << "its caller had gone long before";
}

TEST(RPCClientRetry, PausesGrowAndAreCapped) {
  Simulation sim({.seed = 7, .faults = outage(1h)});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    EXPECT_THROW(client.cast({}, "echo"), MessageDeliveryFailure);
  });
  const std::vector<TimePoint> attempts = refusals(history);
  ASSERT_GE(attempts.size(), 6U);
  std::size_t in_the_first_second = 0;
  for (const TimePoint at : attempts) in_the_first_second += at < TimePoint(1100ms) ? 1 : 0;
  EXPECT_LE(in_the_first_second, 10U);
  EXPECT_LT(attempts[1] - attempts[0], 300ms);
  for (std::size_t i = 5; i + 1 < attempts.size(); ++i) {
    EXPECT_GT(attempts[i + 1] - attempts[i], 2s);
    EXPECT_LT(attempts[i + 1] - attempts[i], 6s);
  }
}

TEST(RPCClientRetry, AConnectionThatBreaksAtOnceEachTimeIsNotTriedInAHurry) {
  // Every connection is cut as soon as it has opened.
  Simulation sim({.seed = 7,
                  .faults = {{.id = "cut",
                              .on = {.edge = Edge::link, .from = "nova-1"},
                              .when = {.after = EventPattern{.ev = "publish"}},
                              .action = Disconnect{.who = "nova-1"}}}});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    for (int i = 0; i < 50; ++i) {
      try {
        client.cast({}, "echo", {{"v", i}});
      } catch (const MessageDeliveryFailure&) {
        // In doubt: each is for one attempt, and the next cast must connect again.
      }
      if (sim.now() > TimePoint(1100ms)) break;
    }
  });
  EXPECT_LE(count(history, EventKind::publish), 10U);
}

class FanoutExchangeGone : public testing::TestWithParam<Profile> {};

INSTANTIATE_TEST_SUITE_P(Profiles, FanoutExchangeGone,
                         testing::Values(Profile::strict, Profile::classic), [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(FanoutExchangeGone, IsAnErrorOnceInClassicAlthoughItRetriesForEver) {
  Simulation sim({.seed = 7, .profile = GetParam()});
  const auto& history = in_world(sim, [&](RPCClient& client) {
    const CallContext all = client.prepare({.fanout = true});
    all.cast({}, "nothing");
    sim.runtime().sleep_until(sim.now() + 1s);
    sim.stop_server("host-1");  // and with its queue the exchange goes
    if (GetParam() == Profile::classic) {
      const auto error = thrown_by<MessageDeliveryFailure>([&] { all.cast({}, "nothing"); });
      EXPECT_THAT(error.what(), testing::HasSubstr("compute_fanout"));
      EXPECT_EQ(error.effect(), Effect::none);
    } else {
      EXPECT_NO_THROW(all.cast({}, "nothing"));
    }
    const TimePoint before = sim.now();
    EXPECT_NO_THROW(all.cast({}, "nothing")) << "declared again";
    EXPECT_LT(sim.now(), before + 100ms);
    sim.start_server("host-1");
    all.cast({}, "nothing");
  });
  EXPECT_EQ(count(history, EventKind::execute), 2U) << "the first, and the last";
}

}  // namespace
}  // namespace castaway::sim
