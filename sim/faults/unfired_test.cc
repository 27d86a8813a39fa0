// Why a rule never fired, and the matcher that says it.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "castaway/sim/matchers.h"
#include "castaway/sim/simulation.h"

namespace castaway::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// Why the rules of this plan did not fire while one call, "ask#0", was made.
std::vector<std::string> unfired(const FaultPlan& plan) {
  Simulation sim({.faults = plan});
  const Endpoint endpoint{
      .methods = {{"ask", [](const Object&, const Object&) { return nlohmann::json(1); }}}};
  sim.serve({.topic = "t", .server = "s1"}, {endpoint});
  sim.client("c1", {.target = {.topic = "t"}, .timeout = 5s}, [&](RPCClient& client) {
    sim.wait_until_serving("s1");
    client.call({}, "ask");
  });
  sim.run();
  const std::vector<std::string> reasons = sim.faults().unfired();
  if (reasons.empty()) {
    EXPECT_THAT(sim, FiredEveryRule());
  } else {
    EXPECT_THAT(sim, Not(FiredEveryRule()));
    testing::StringMatchResultListener listener;
    EXPECT_FALSE(testing::ExplainMatchResult(FiredEveryRule(), sim, &listener));
    EXPECT_EQ(listener.str(), reasons.front());
  }
  return reasons;
}

Rule cut(When when) {
  return {.id = "cut",
          .on = {.edge = Edge::link, .from = "c1"},
          .when = std::move(when),
          .action = Disconnect{.who = "c1"}};
}

TEST(Unfired, IsNothingWhereEachRuleFired) {
  EXPECT_THAT(unfired({{.id = "late", .on = {.edge = Edge::reply}, .action = Delay{{.a = 1ms}}},
                       cut({.after = EventPattern{.ev = "return", .op = "ask#0"}})}),
              IsEmpty());
}

TEST(Unfired, NamesTheOperationThatWasPerhapsMeant) {
  EXPECT_THAT(unfired({cut({.after = EventPattern{.ev = "accept", .op = "aks#0"}})}),
              ElementsAre("rule \"cut\" never fired: the event \"accept\" of \"aks#0\" that it "
                          "waits for never happened; no operation is called \"aks#0\"; did you "
                          "mean \"ask#0\"?"));
  EXPECT_THAT(unfired({{.id = "lost", .on = {.op = "charge"}, .action = Drop{}}}),
              ElementsAre("rule \"lost\" never fired: there was no request on its deliver hop of "
                          "\"charge\"; no operation is called \"charge\""));
}

TEST(Unfired, SaysWhichConditionsChoseNothing) {
  EXPECT_THAT(unfired({{.id = "lost", .when = {.nth = {7, 9}}, .action = Drop{}}}),
              ElementsAre("rule \"lost\" never fired: it met what it is about 1 time, and strikes "
                          "only number 7 or 9"));
  EXPECT_THAT(
      unfired({{.id = "lost", .when = {.window = std::pair(10s, 20s)}, .action = Drop{}}}),
      ElementsAre("rule \"lost\" never fired: it met what it is about 1 time, and strikes only "
                  "from 10s to 20s"));
}

TEST(Unfired, SaysThatAMomentNeverCame) {
  EXPECT_THAT(unfired({cut({.at = 1h})}),
              ElementsAre("rule \"cut\" never fired: its time, 1h, never came"));
  EXPECT_THAT(unfired({cut({.after = EventPattern{.ev = "accept", .n = 5}})}),
              ElementsAre("rule \"cut\" never fired: the event \"accept\" that it waits for "
                          "happened 1 time, not 5"));
  EXPECT_THAT(unfired({{.id = "lost",
                        .on = {.edge = Edge::request},
                        .when = {.after = EventPattern{.ev = "return"}},
                        .action = Drop{}}}),
              ElementsAre("rule \"lost\" never fired: no request on its deliver hop came after the "
                          "event it waits for"));
}

}  // namespace
}  // namespace castaway::sim
