#include "tally.h"

#include <gtest/gtest.h>

namespace castaway::property {
namespace {

TEST(Tally, CountsRunsDifferencesAndKindsOfRules) {
  const sim::Rule lost{.id = "lost", .on = {.edge = sim::Edge::ack, .hop = sim::Hop::publish}};
  const sim::Rule dead{.id = "dead",
                       .on = {.edge = sim::Edge::link},
                       .action = sim::Disconnect{.who = "s1", .half_open = true}};
  scenario::Scenario scenario;
  scenario.faults = {lost, dead, lost};
  scenario::Outcome outcome{.fired = {2, 0, 1}, .events = 10};
  outcome.history.add({.kind = check::EventKind::deliver, .redelivered = true});
  outcome.history.add({.kind = check::EventKind::timeout});

  Tally tally;
  tally.take(scenario, outcome);
  tally.take(scenario, outcome);
  EXPECT_EQ(tally.runs(), 2U);
  EXPECT_EQ(tally.distinct(), 1U);
  EXPECT_EQ(tally.events(), 20U);
  EXPECT_EQ(tally.faults(), 6U);
  EXPECT_EQ(to_string(tally),
            "2 runs, 1 distinct, 20 events, 6 faults\n"
            "2 requests delivered and not executed, 2 redelivered; operations ended in timeout 2\n"
            "rule                        planned    fired    times\n"
            "ack publish drop                  4        4        6\n"
            "link half-open                    2        0        0\n");
}

}  // namespace
}  // namespace castaway::property
