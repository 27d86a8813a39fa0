// Casts have no order: not even those of one task to one server.

#include <set>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr std::string_view three_casts = R"({
  "scenario": 1, "name": "three-casts",
  "faults": [{ "id": "shuffle", "on": { "edge": "request" }, "do": { "reorder": { "window": 8 } } }],
  "servers": [{ "id": "s1", "topic": "t", "workers": 3, "endpoint": { "put": [{ "return": null }] } }],
  "clients": [{ "id": "c1" }],
  "script": [{ "task": "c1/main", "steps": [
    { "cast": { "as": "k", "repeat": 3, "topic": "t", "method": "put" } }] }],
  "expect": { "always": [{ "law": "at-most-once" }] }
})";

TEST(CastOrder, AllOrdersOfThreeCastsAreReached) {
  const scenario::Scenario casts = scenario::parse(three_casts, "three-casts");
  std::set<std::vector<std::string>> orders;
  std::uint64_t runs = 0;
  while (orders.size() < 6 && runs < 2000) {
    const scenario::Outcome outcome =
        scenario::run(casts, scenario::Profile::strict, scenario::seed_of_run(1, runs++));
    ASSERT_TRUE(check::at_most_once(outcome.history).holds());
    std::vector<std::string> order;
    for (const check::Event& event : outcome.history.events()) {
      if (event.kind == check::EventKind::execute)
        order.emplace_back(outcome.history.text(event.op));
    }
    ASSERT_EQ(order.size(), 3U);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 6U) << "after " << runs << " runs";
  RecordProperty("runs", std::to_string(runs));
}

TEST(CastOrder, ACallThatReturnedPinsEveryCastBehindIt) {
  scenario::Scenario pinned = scenario::parse(three_casts, "three-casts");
  auto& steps = pinned.script.front().steps;
  scenario::Operation call = std::get<scenario::Operation>(steps.front());
  call.kind = scenario::Operation::Kind::call;
  call.as = "call";
  call.repeat = {};
  steps.insert(steps.begin(), call);
  for (std::uint64_t n = 0; n < 300; ++n) {
    const scenario::Outcome outcome =
        scenario::run(pinned, scenario::Profile::strict, scenario::seed_of_run(2, n));
    const check::Verdict verdict = check::task_order(outcome.history);
    ASSERT_TRUE(verdict.holds()) << to_string(verdict, outcome.history);
  }
}

}  // namespace
}  // namespace castaway::property
