#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

/// The scenario of the fixture with these settings of the broker, and what is said of them.
void expect_of_broker(const std::string& settings, const std::string& told) {
  expect_told({{"\"1min\"},", "\"1min\"}, \"broker\": " + settings + ",", told}});
}

TEST(LintOfTheBroker, RefusesTimesInWhichNothingCanBeDone) {
  expect_of_broker(R"({"consumer_timeout": "0s"})",
                   "/broker/consumer_timeout: no delivery could be acknowledged in time");
  expect_of_broker(R"({"channel_tick_interval": "0s"})",
                   "/broker/channel_tick_interval: the broker would do nothing but look");
}

TEST(LintOfTheBroker, KnowsTheArgumentsOfQueues) {
  expect_of_broker(R"({"queue_arguments": {"x-max-lenght": 3}})",
                   "/broker/queue_arguments/x-max-lenght: no argument of a queue is called "
                   "\"x-max-lenght\"; did you mean \"x-max-length\"?");
}

TEST(LintOfTheBroker, SaysWhatTheBrokerWouldSayOfThem) {
  expect_of_broker(
      R"({"queue_arguments": {"x-queue-type": "quorum"}})",
      "/broker/queue_arguments: the broker says PRECONDITION_FAILED - invalid property "
      "'non-durable' for queue 't' in vhost '/'");
}

TEST(LintOfTheBroker, LooksAtTheArgumentsOfOneServer) {
  expect_told({{"\"start\": \"1s\"", "\"start\": \"1s\", \"queue_arguments\": {\"x-expires\": 0}",
                "/servers/1/queue_arguments: the broker says PRECONDITION_FAILED - invalid arg "
                "'x-expires' for queue 't' in vhost '/': {value_zero,0}"}});
}

TEST(LintOfTheBroker, CountsItsNodes) {
  expect_told(
      {{R"({"edge": "link", "from": "c2"}, "when": {"at": "3s"}, "do": {"disconnect": {"for": "1s"}})",
        R"({"edge": "broker"}, "when": {"at": "3s"}, "do": {"stop_node": {"node": 2}})",
        "/faults/2/do/stop_node/node: the broker has 1 of them: see \"nodes\" of \"broker\""}});
}

TEST(LintOfTheBroker, KnowsWhoHasARequestToReject) {
  expect_told({{"\"sub\": []", "\"sub\": [{\"reject\": {}}]",
                "/servers/0/endpoint/sub/0/reject: its server has acknowledged a request before it "
                "runs it: one with \"acks_late\": true can reject it"}});
  const auto late = [](const std::string& steps) {
    return told_with(
        "\"topic\": \"t\", \"endpoint\": {\"add\": [{\"gate\": \"go\"}, {\"return\": 1}]",
        "\"topic\": \"t\", \"acks_late\": true, \"endpoint\": {\"add\": [{\"gate\": "
        "\"go\"}, " +
            steps + "]");
  };
  EXPECT_EQ(late(R"({"reject": {"times": 2}}, {"return": 1})"), "");
  EXPECT_EQ(late(R"({"reject": {}}, {"return": 1})"),
            "/servers/0/endpoint/add/2: the step before this one ends the method\n");
}

TEST(LintOfTheBroker, LooksAtRights) {
  EXPECT_EQ(told_with(R"({"id": "s1", "topic": "t",)",
                      R"({"id": "s1", "rights": {"read": "^t|u"}, "topic": "t",)"),
            "");
  EXPECT_THAT(told_with(R"({"id": "s1", "topic": "t",)",
                        R"({"id": "s1", "rights": {"read": "(t"}, "topic": "t",)"),
              testing::StartsWith("/servers/0/rights: The right to read: \"(t\" is no regular "
                                  "expression: "));
  EXPECT_THAT(told_with(R"({"id": "c2"})", R"({"id": "c2", "rights": {"write": "*"}})"),
              testing::StartsWith("/clients/1/rights: The right to write: \"*\""));
}

}  // namespace
}  // namespace castaway::scenario
