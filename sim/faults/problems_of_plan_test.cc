// A fault plan that was written in C++ is checked like one in JSON.

#include <stdexcept>

#include <gmock/gmock.h>

#include "castaway/sim/fault_plan.h"
#include "castaway/sim/simulation.h"

namespace castaway::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Rule cut_after(EventPattern event) {
  return {.id = "cut",
          .on = {.edge = Edge::link, .from = "c1"},
          .when = {.after = std::move(event)},
          .action = Disconnect{.who = "c1"}};
}

TEST(ProblemsOfPlan, FindsNothingWrongWithASoundOne) {
  const FaultPlan plan = {cut_after({.ev = "accept"}), {.id = "lost", .action = Drop{}}};
  EXPECT_THAT(problems_of(plan), IsEmpty());
  EXPECT_THAT(problems_of(plan, {"c1"}), IsEmpty());
}

TEST(ProblemsOfPlan, NamesTheNearestEventRuleAndProcess) {
  EXPECT_THAT(problems_of({cut_after({.ev = "acept"})}),
              ElementsAre("rule \"cut\": no event is called \"acept\"; did you mean \"accept\"?"));
  EXPECT_THAT(
      problems_of({cut_after({.ev = "fault", .fault = "lots"}), {.id = "lost", .action = Drop{}}}),
      ElementsAre("rule \"cut\": no rule is called \"lots\"; did you mean \"lost\"?"));
  EXPECT_THAT(
      problems_of({cut_after({.ev = "execute", .server = "srver"})}, {"c1", "server"}),
      ElementsAre("rule \"cut\": no process is called \"srver\"; did you mean \"server\"?"));
  EXPECT_THAT(problems_of({cut_after({.ev = "accept"})}, {"client"}),
              ElementsAre("rule \"cut\": no process is called \"c1\"",
                          "rule \"cut\": no process is called \"c1\""));
}

TEST(ProblemsOfPlan, LooksIntoActions) {
  const FaultPlan plan = {{.id = "held", .action = HoldUntil{{.ev = "exectue"}}},
                          {.id = "dead",
                           .on = {.edge = Edge::process},
                           .when = {.at = 1s},
                           .action = Kill{.who = "s2"}}};
  EXPECT_THAT(
      problems_of(plan),
      ElementsAre("rule \"held\": no event is called \"exectue\"; did you mean \"execute\"?"));
  EXPECT_THAT(problems_of(plan, {"s1"}),
              ElementsAre("rule \"dead\": no process is called \"s2\"; did you mean \"s1\"?"));
}

TEST(ProblemsOfPlan, NeedsIdsAndPossibleActions) {
  EXPECT_THAT(problems_of({{.action = Drop{}},
                           {.id = "a", .when = {.prob = Ratio{3, 2}}, .action = Drop{}},
                           {.id = "a", .action = Drop{}}}),
              ElementsAre("rule \"\": a rule needs an id", "rule \"a\": another rule has this id",
                          "rule \"a\": The chance 3/2 of \"prob\" is above 1."));
}

/// What making the simulation, or running it, throws.
std::string told(const FaultPlan& plan, const std::string& client) {
  try {
    Simulation sim({.faults = plan});
    sim.client(client, {}, [](RPCClient&) {});
    sim.run();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(ProblemsOfPlan, IsWhatASimulationDoes) {
  EXPECT_EQ(told({cut_after({.ev = "acept"})}, "c1"),
            "the fault plan is wrong:\n  rule \"cut\": no event is called \"acept\"; did you mean "
            "\"accept\"?");
  EXPECT_EQ(told({cut_after({.ev = "accept"})}, "c2"),
            "the fault plan is wrong:\n  rule \"cut\": no process is called \"c1\"; did you mean "
            "\"c2\"?\n  rule \"cut\": no process is called \"c1\"; did you mean \"c2\"?");
  EXPECT_EQ(told({cut_after({.ev = "accept"})}, "c1"), "");
}

}  // namespace
}  // namespace castaway::sim
