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

}  // namespace
}  // namespace castaway::scenario
