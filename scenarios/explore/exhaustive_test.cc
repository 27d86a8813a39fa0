// An exhaustive exploration leaves out runs that are the same as others. Here small worlds are
// explored both ways, and what comes out is the same. docs/guide/exploration.md has the figures,
// from
//
//     scenario_test --gtest_filter='*Exhaustive*'

#include "castaway/sim/exhaustive.h"

#include <iostream>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "castaway/scenario/explorer.h"
#include "castaway/scenario/json.h"

namespace castaway::scenario {
namespace {

struct SmallWorld {
  std::string name = {};
  int clients = 1;
  int servers = 1;
  int operations = 1;  ///< of each client
  std::string kind = "call";
  std::string fault = {};  ///< "on" and "do"
};

const std::vector<SmallWorld> small_worlds = {
    {"two calls, lost requests", 1, 1, 2, "call",
     R"("on": { "edge": "request" }, "do": { "drop": true })"},
    {"two clients, lost requests", 2, 1, 1, "call",
     R"("on": { "edge": "request" }, "do": { "drop": true })"},
    {"two clients, two servers, lost confirms", 2, 2, 1, "call",
     R"("on": { "edge": "confirm" }, "do": { "drop": true })"},
    {"two clients, two servers, cut acks", 2, 2, 1, "call",
     R"("on": { "edge": "ack" }, "do": { "disconnect": { "frame": "lost" } })"},
    {"three casts, two servers, lost confirms", 1, 2, 3, "cast",
     R"("on": { "edge": "confirm" }, "do": { "drop": true })"},
    {"two casts, reordered", 2, 1, 1, "cast",
     R"("on": { "edge": "request" }, "do": { "reorder": { "window": 3 } })"},
    {"three clients, replies late", 3, 1, 1, "call",
     R"("on": { "edge": "reply" }, "do": { "delay": { "uniform": ["0s", "3s"] } })"},
};

Scenario scenario_of(const SmallWorld& world) {
  std::vector<std::string> servers, clients, script;
  for (int i = 1; i <= world.servers; ++i) {
    servers.push_back(
        fmt::format(R"({{"id": "s{}", "topic": "t", "endpoint": {{"m": [{{"return": 1}}]}}}})", i));
  }
  for (int i = 1; i <= world.clients; ++i) {
    clients.push_back(fmt::format(R"({{"id": "c{}", "timeout": "2s"}})", i));
    std::vector<std::string> steps;
    for (int k = 1; k <= world.operations; ++k) {
      steps.push_back(fmt::format(R"({{"{}": {{"as": "op-{}-{}", "topic": "t", "method": "m"}}}})",
                                  world.kind, i, k));
    }
    script.push_back(
        fmt::format(R"({{"task": "c{}/main", "steps": [{}]}})", i, fmt::join(steps, ",")));
  }
  return parse(fmt::format(R"({{
    "scenario": 1, "name": "small", "seed": 7, "broker": {{"latency": {{"const": "1ms"}}}},
    "servers": [{}], "clients": [{}], "script": [{}],
    "faults": [{{"id": "fault", "when": {{"prob": "1/10"}}, {}}}],
    "expect": {{"always": [{{"law": "at-most-once"}}, {{"law": "own-reply"}},
                           {{"law": "deadline"}}]}}}})",
                           fmt::join(servers, ","), fmt::join(clients, ","), fmt::join(script, ","),
                           world.fault),
               "small.json");
}

/// How each operation ended, and what the laws say.
std::string result_of(const Scenario& scenario, const Outcome& outcome) {
  std::string text;
  for (const check::Event& event : outcome.history.events()) {
    if (check::is_completion(event.kind))
      text += fmt::format("{} {}; ", outcome.history.text(event.op), to_string(event.kind));
  }
  for (const Finding& finding : judge(scenario, outcome)) {
    for (const check::Violation& violation : finding.verdict.violations)
      text += finding.property + ": " + violation.what + "; ";
  }
  return text;
}

struct Explored {
  std::set<std::uint64_t> histories = {};  ///< hashes
  std::set<std::string> results = {};
  sim::Certificate certificate = {};
};

Explored explored(const Scenario& scenario, const sim::ExhaustiveBounds& bounds) {
  Explored all;
  sim::ExhaustiveStrategy strategy(bounds);
  std::uint64_t hash = 0;
  do {
    const Outcome outcome =
        run(scenario, SubjectProfile::classic, scenario.seed, {.strategy = &strategy});
    hash = outcome.history.hash();
    all.histories.insert(hash);
    all.results.insert(result_of(scenario, outcome));
  } while (strategy.next(hash));
  all.certificate = strategy.certificate();
  return all;
}

void expect_the_same(const SmallWorld& world, sim::ExhaustiveBounds bounds) {
  const Scenario scenario = scenario_of(world);
  const Explored some = explored(scenario, bounds);
  bounds.all = true;
  const Explored every = explored(scenario, bounds);
  EXPECT_EQ(some.histories, every.histories) << world.name;
  EXPECT_EQ(some.results, every.results) << world.name;
  EXPECT_EQ(some.certificate.digest, every.certificate.digest) << world.name;
  EXPECT_EQ(some.certificate.runs + some.certificate.same, every.certificate.runs) << world.name;
  EXPECT_EQ(every.certificate.same, 0U);
  EXPECT_LT(2 * some.certificate.runs, every.certificate.runs + every.certificate.runs / 4)
      << world.name;
  std::cout << fmt::format("{}, {} faults, {} orders: {} runs, {} made, {} distinct, {} results\n",
                           world.name, bounds.faults, bounds.orders, every.certificate.runs,
                           some.certificate.runs, every.histories.size(), every.results.size());
}

TEST(Exhaustive, ComesToTheSameWithoutTheRunsThatAreTheSameAsOthers) {
  for (const SmallWorld& world : small_worlds) expect_the_same(world, {.faults = 1, .orders = 1});
}

TEST(Exhaustive, ComesToTheSameWithTwoFaults) {
  for (const SmallWorld& world : small_worlds) expect_the_same(world, {.faults = 2, .orders = 1});
}

TEST(Exhaustive, ComesToTheSameWithTwoChangesOfOrder) {
  for (const std::size_t i : {0, 1, 4, 5})
    expect_the_same(small_worlds[i], {.faults = 1, .orders = 2});
}

TEST(Exhaustive, ComesToTheSameInLanes) {
  const Scenario scenario = scenario_of(small_worlds[2]);
  const Explored every = explored(scenario, {.faults = 1, .orders = 1, .all = true});
  const Exploration exploration{.subjects = {{.path = "small.json",
                                              .scenario = scenario,
                                              .profile = SubjectProfile::classic}},
                                .strategy = Explore::How::exhaustive,
                                .bounds = {.faults = 1, .orders = 1},
                                .seed = scenario.seed};
  Explored some{.certificate = {.finished = true}};
  std::uint64_t trials = 0;
  for (std::uint64_t explorer = 0; explorer < explorers; ++explorer) {
    Explorer runs(exploration, explorer);
    for (; runs.next(); ++trials) some.histories.insert(runs.run().outcome.history.hash());
    some.certificate.add(runs.certificates().at(0));
  }
  EXPECT_EQ(some.histories, every.histories);
  EXPECT_EQ(some.certificate.runs, trials);
  EXPECT_EQ(some.certificate.runs + some.certificate.same, every.certificate.runs);
  EXPECT_EQ(some.certificate.digest, every.certificate.digest);
  EXPECT_TRUE(some.certificate.finished);
}

}  // namespace
}  // namespace castaway::scenario
