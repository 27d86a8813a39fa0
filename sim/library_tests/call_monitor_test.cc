// The client's side of monitored calls: a server that gives signs of life may take its time, one
// that falls silent is given up. The server is made by hand, so that its signs come when a test
// wants.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/rpc_client.h"

#include "hand_made_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

class CallMonitor : public testing::TestWithParam<Profile> {
 protected:
  /// `script` begins at 100 ms, with a timeout of 60 s and a monitor of 2 s.
  void in_monitored_world(Answers answers, const std::function<void(RPCClient&)>& script,
                          FaultPlan faults = {}) {
    Simulation sim({.seed = 7, .faults = std::move(faults), .profile = GetParam()});
    sim_ = &sim;
    serve_by_hand(sim, "by-hand", std::move(answers));
    in_world(sim, script,
             {.target = {.topic = "by-hand"}, .timeout = 60s, .call_monitor_timeout = 2s});
  }
  /// The time since the script began, to the next hundredth of a second: the network's latency is
  /// below that.
  [[nodiscard]] Duration elapsed() const {
    return std::chrono::round<std::chrono::duration<std::int64_t, std::centi>>(sim_->now() -
                                                                               TimePoint(100ms));
  }

  Simulation* sim_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Profiles, CallMonitor, testing::Values(Profile::strict, Profile::classic),
                         [](const auto& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

TEST_P(CallMonitor, SignsOfLifeKeepACallAliveBeyondItsMonitor) {
  in_monitored_world(
      [](const Request&) {
        return std::vector{heartbeat(1500ms), heartbeat(1500ms), value("7", 1500ms)};
      },
      [&](RPCClient& client) {
        EXPECT_EQ(client.call({}, "work"), 7);
        EXPECT_EQ(elapsed(), 4500ms);
      });
}

TEST_P(CallMonitor, SilenceEndsACallTwoSecondsAfterTheLastSign) {
  in_monitored_world(
      [](const Request&) {
        return std::vector{heartbeat(1s), heartbeat(1s), value("7", 30s)};
      },
      [&](RPCClient& client) {
        const auto error = thrown_by<MessagingTimeout>([&] { client.call({}, "work"); });
        EXPECT_STREQ(error.what(),
                     "No sign of life from the server of work on topic=by-hand for 2s");
        EXPECT_EQ(error.effect(), Effect::unknown);
        EXPECT_EQ(elapsed(), 4s);
      });
}

TEST_P(CallMonitor, ASlowServerThatGivesNoSignsIsGivenUp) {
  in_monitored_world([](const Request&) { return std::vector{value("7", 3s)}; },
                     [&](RPCClient& client) {
                       EXPECT_THROW(client.call({}, "work"), MessagingTimeout);
                       EXPECT_EQ(elapsed(), 2s);
                     });
}

TEST_P(CallMonitor, SignsForEverDoNotOutliveTheTimeout) {
  in_monitored_world(
      [](const Request&) { return std::vector<HandMade>(20, heartbeat(1s)); },
      [&](RPCClient& client) {
        const auto error =
            thrown_by<MessagingTimeout>([&] { client.prepare({.timeout = 5s}).call({}, "work"); });
        EXPECT_STREQ(error.what(),
                     "Timed out waiting for a reply to work on topic=by-hand after 5s");
        EXPECT_EQ(elapsed(), 5s);
      });
}

TEST_P(CallMonitor, SignsForOneCallDoNotKeepAnotherAlive) {
  in_monitored_world(
      [](const Request& request) {
        if (request.method == "silent") return std::vector{value("7", 10s)};
        return std::vector{heartbeat(1s), heartbeat(1s), heartbeat(1s), value("8", 1s)};
      },
      [&](RPCClient& client) {
        const auto alive =
            sim_->runtime().spawn("alive", [&] { EXPECT_EQ(client.call({}, "alive"), 8); });
        EXPECT_THROW(client.call({}, "silent"), MessagingTimeout);
        EXPECT_EQ(elapsed(), 2s);
        alive->join();
      });
}

TEST_P(CallMonitor, AValueWithoutItsEndingIsNoSignOfLife) {
  // An old server's first part: strict takes the value, classic waits for the second, in vain.
  in_monitored_world(
      [](const Request&) {
        return std::vector{HandMade{
            .after = 1s, .inner = R"({"result":7,"failure":null,"ending":false,"_msg_id":"MSG"})"}};
      },
      [&](RPCClient& client) {
        if (GetParam() == Profile::strict) {
          EXPECT_EQ(client.call({}, "work"), 7);
        } else {
          EXPECT_THROW(client.call({}, "work"), MessagingTimeout);
          EXPECT_EQ(elapsed(), 2s);
        }
      });
}

TEST_P(CallMonitor, ASignAfterTheEndIsIgnored) {
  in_monitored_world(
      [](const Request&) {
        return std::vector{value("7"), heartbeat(100ms), heartbeat(100ms)};
      },
      [&](RPCClient& client) {
        for (int i = 0; i < 5; ++i) {
          EXPECT_EQ(client.call({}, "work"), 7);
          sim_->runtime().sleep_until(sim_->now() + 150ms);
        }
      });
}

TEST_P(CallMonitor, ItsClockStartsWhenTheRequestIsSentAndNotWhileThereIsNoBroker) {
  in_monitored_world([](const Request&) { return std::vector{value("7", 1s)}; },
                     [&](RPCClient& client) { EXPECT_EQ(client.call({}, "work"), 7); },
                     {{.id = "outage",
                       .on = {.edge = Edge::link, .from = "nova-1"},
                       .when = {.at = 50ms},
                       .action = Disconnect{.who = "nova-1", .for_ = 5s}}});
}

TEST_P(CallMonitor, OfZeroOrLessIsNone) {
  in_monitored_world(
      [](const Request& request) {
        EXPECT_EQ(request.call_monitor_timeout, std::nullopt);
        return std::vector{value("7", 3s)};
      },
      [&](RPCClient& client) {
        EXPECT_EQ(client.prepare({.call_monitor_timeout = 0s}).call({}, "work"), 7);
        EXPECT_EQ(client.prepare({.call_monitor_timeout = -1s}).call({}, "work"), 7);
        EXPECT_EQ(client.prepare({.call_monitor_timeout = std::nullopt}).call({}, "work"), 7);
      });
}

TEST_P(CallMonitor, TravelsAsItWasGivenEvenIfNoOsloServerWouldBeat) {
  // Below two seconds an oslo.messaging server gives no signs; the call then ends with its monitor.
  in_monitored_world(
      [](const Request& request) {
        EXPECT_EQ(request.call_monitor_timeout, Duration(1500ms));
        return std::vector{value("7", 1600ms)};
      },
      [&](RPCClient& client) {
        EXPECT_THROW(client.prepare({.call_monitor_timeout = 1500ms}).call({}, "work"),
                     MessagingTimeout);
        EXPECT_EQ(elapsed(), 1500ms);
      });
}

}  // namespace
}  // namespace castaway::sim
