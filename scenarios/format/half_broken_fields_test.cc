// What breaks in part, as JSON: each action reads as it is written, and is written as it reads.

#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

namespace castaway::scenario {
namespace {

/// A scenario with this rule.
Scenario with(const sim::Rule& rule) {
  Scenario scenario = parse(
      R"({"scenario": 1, "name": "a",
          "servers": [{"id": "s1", "topic": "t", "endpoint": {"m": [{"return": 1}]}}],
          "clients": [{"id": "c1"}],
          "script": [{"task": "c1/main", "steps": [
            {"call": {"as": "a", "topic": "t", "method": "m"}}]}],
          "expect": {"always": [{"law": "deadline"}]}})",
      "a.json");
  scenario.faults = {rule};
  return scenario;
}

struct Case {
  sim::Action action;
  std::string json;
};

TEST(HalfBrokenFields, AreWrittenAndReadBack) {
  using sim::CloseChannel;
  using sim::SlowLink;
  const Case table[] = {
      {sim::DeleteQueue{.queue_of = "s1"}, R"("delete_queue": {"queue_of": "s1"})"},
      {sim::DeleteQueue{.fanout_of = "s1"}, R"("delete_queue": {"fanout_of": "s1"})"},
      {sim::PurgeQueue{.queue = "t"}, R"("purge_queue": {"queue": "t"})"},
      {sim::PurgeQueue{.replies_of = "c1"}, R"("purge_queue": {"replies_of": "c1"})"},
      {sim::CancelConsumer{.who = "s1"}, R"("cancel_consumer": {"who": "s1"})"},
      {sim::CancelConsumer{.queue = "t", .who = "s1"},
       R"("cancel_consumer": {"queue": "t", "who": "s1"})"},
      {sim::Unbind{.fanout_of = "s1"}, R"("unbind": {"fanout_of": "s1"})"},
      {sim::Unbind{.queue = "t", .exchange = "openstack", .routing_key = "t"},
       R"("unbind": {"queue": "t", "exchange": "openstack", "routing_key": "t"})"},
      {CloseChannel{.who = "s1", .code = 406}, R"("close_channel": {"who": "s1", "code": 406})"},
      {CloseChannel{.who = "s1", .code = 404, .text = "gone", .which = CloseChannel::Which::listen},
       R"("close_channel": {"who": "s1", "code": 404, "text": "gone", "which": "listen"})"},
  };
  for (const auto& [action, json] : table) {
    const Scenario scenario = with(
        {.id = "odd", .on = {.edge = sim::Edge::broker}, .when = {.at = 1s}, .action = action});
    const std::string text = print(scenario);
    // Wherever a line is broken.
    const std::string line = std::regex_replace(text, std::regex("\n *"), " ");
    EXPECT_NE(line.find(json), std::string::npos) << text;
    EXPECT_EQ(load(text, "a.json"), scenario) << text;
  }
  const Scenario slow = with({.id = "slow",
                              .on = {.edge = sim::Edge::link, .from = "c1"},
                              .when = {.at = 0s},
                              .action = SlowLink{.by = {.a = 200ms},
                                                 .bytes_per_second = 16'000,
                                                 .for_ = 3s,
                                                 .way = SlowLink::Way::to_broker}});
  EXPECT_NE(print(slow).find(R"("way": "to-broker")"), std::string::npos) << print(slow);
  EXPECT_EQ(load(print(slow), "a.json"), slow);
}

TEST(HalfBrokenFields, OfARuleThatGoesByTopicAndExchange) {
  const Scenario scenario = with({.id = "deaf",
                                  .on = {.edge = sim::Edge::request,
                                         .hop = sim::Hop::publish,
                                         .topic = "t",
                                         .exchange = "openstack"},
                                  .action = sim::Unroutable{}});
  const std::string text = print(scenario);
  EXPECT_NE(text.find(R"("topic": "t", "exchange": "openstack")"), std::string::npos) << text;
  EXPECT_EQ(load(text, "a.json"), scenario);
}

}  // namespace
}  // namespace castaway::scenario
