// Casts have no order: not even those of one task to one server.

#include <set>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr std::string_view four_casts = R"({
  "scenario": 1, "name": "four-casts",
  "broker": { "order": "any", "latency": { "uniform": ["100us", "20ms"] } },
  "servers": [{ "id": "s1", "topic": "t", "workers": 4,
                "endpoint": { "put": [{ "return": null }] } }],
  "clients": [{ "id": "c1" }],
  "script": [{ "task": "c1/main", "steps": [
    { "cast": { "as": "k", "repeat": 4, "topic": "t", "method": "put" } }] }],
  "expect": { "always": [{ "law": "at-most-once" }] }
})";

constexpr std::uint64_t most_runs = 60000;

/// How many runs it takes until all orders of `count` casts have been seen; more than `most_runs`
/// if they have not.
std::uint64_t runs_until_all_orders(scenario::Scenario casts, std::size_t count) {
  std::get<scenario::Operation>(casts.script.front().steps.front()).repeat =
      static_cast<std::uint32_t>(count);
  const std::size_t all_orders = count == 3 ? 6 : 24;
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t runs = 1; runs <= most_runs; ++runs) {
    const scenario::Outcome outcome =
        scenario::run(casts, scenario::SubjectProfile::strict, scenario::seed_of_run(1, runs));
    EXPECT_TRUE(check::at_most_once(outcome.history).holds());
    std::vector<std::string> order;
    for (const check::Event& event : outcome.history.events()) {
      if (event.kind != check::EventKind::execute) continue;
      order.emplace_back(outcome.history.text(event.op));
    }
    EXPECT_EQ(order.size(), count);
    orders.insert(order);
    if (orders.size() == all_orders) return runs;
  }
  return most_runs + 1;
}

TEST(CastOrder, AllOrdersOfThreeCastsAreReachedWhenQueuesDeliverInAnyOrder) {
  const std::uint64_t runs = runs_until_all_orders(scenario::parse(four_casts, "four-casts"), 3);
  EXPECT_LE(runs, most_runs);
  std::cout << "all six orders within " << runs << " runs\n";
}

TEST(CastOrder, AllOrdersOfFourCastsAreReachedInAnOrderlyQueueThatAFaultReorders) {
  scenario::Scenario casts = scenario::parse(four_casts, "four-casts");
  casts.broker = {};
  casts.faults = {
      {.id = "shuffle", .on = {.edge = sim::Edge::request}, .action = sim::Reorder{.window = 8}}};
  const std::uint64_t runs = runs_until_all_orders(casts, 4);
  EXPECT_LE(runs, most_runs);
  std::cout << "all 24 orders within " << runs << " runs\n";
}

TEST(CastOrder, IsKeptByNoLawAndBrokenSomewhere) {
  std::size_t swaps = 0;
  for_all_scenarios("casts-may-swap", [&](const Case& run) -> Judgement {
    swaps += check::cast_order(run.outcome.history).violations.size();
    return keeps(check::at_most_once)(run);
  });
  EXPECT_GT(swaps, 0U) << "a harness that never swaps two casts is too kind";
  std::cout << swaps << " casts overtook another\n";
}

TEST(CastOrder, ACallThatReturnedPinsEveryCastBehindIt) {
  scenario::Scenario pinned = scenario::parse(four_casts, "four-casts");
  auto& steps = pinned.script.front().steps;
  scenario::Operation call = std::get<scenario::Operation>(steps.front());
  call.kind = scenario::Operation::Kind::call;
  call.as = "call";
  call.repeat = {};
  steps.insert(steps.begin(), call);
  for (std::uint64_t n = 0; n < 300; ++n) {
    const scenario::Outcome outcome =
        scenario::run(pinned, scenario::SubjectProfile::strict, scenario::seed_of_run(2, n));
    const check::Verdict verdict = check::task_order(outcome.history);
    ASSERT_TRUE(verdict.holds()) << to_string(verdict, outcome.history);
  }
}

}  // namespace
}  // namespace castaway::property
