// A seed is the whole bug report.

#include <sstream>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

std::string bytes_of(const check::History& history) {
  std::ostringstream text;
  write_jsonl(text, history);
  return text.str();
}

Judgement equal(const std::string& what, const check::History& first,
                const check::History& second) {
  if (bytes_of(first) == bytes_of(second) && first.hash() == second.hash()) return {.judged = 1};
  return {.wrong = what + " gives another history"};
}

TEST(Determinism, TheSameSeedGivesTheSameBytes) {
  for_all_scenarios("same-seed", [](const Case& run) {
    const scenario::Outcome again =
        scenario::run(run.scenario, scenario::Profile::strict, run.seed);
    if (again.deviations != run.outcome.deviations) return Judgement{.wrong = "other deviations"};
    return equal("the same seed", run.outcome.history, again.history);
  });
}

TEST(Determinism, TheDeviationsAreTheWholeRun) {
  for_all_scenarios("replay", [](const Case& run) {
    scenario::Scenario replay = run.scenario;
    replay.deviations = run.outcome.deviations;
    return equal("its replay", run.outcome.history,
                 scenario::run(replay, scenario::Profile::strict, run.seed).history);
  });
}

TEST(Determinism, AScenarioIsItsFile) {
  for_all_scenarios("print-and-parse", [](const Case& run) {
    const scenario::Scenario read = scenario::parse(print(run.scenario), run.scenario.name);
    if (!(read == run.scenario)) return Judgement{.wrong = "it reads back as another scenario"};
    return equal("what was read back", run.outcome.history,
                 scenario::run(read, scenario::Profile::strict, run.seed).history);
  });
}

TEST(Determinism, ARuleThatMatchesNothingChangesNothing) {
  for_all_scenarios("idle-rule", [](const Case& run) {
    scenario::Scenario more = run.scenario;
    more.faults.push_back({.id = "idle",
                           .on = {.edge = sim::Edge::request, .op = "no-such-operation"},
                           .when = {.prob = sim::Ratio{.num = 1, .den = 2}},
                           .action = sim::Drop{}});
    return equal("one more rule", run.outcome.history,
                 scenario::run(more, scenario::Profile::strict, run.seed).history);
  });
}

TEST(Classic, BreaksAtMostOnceUnderTheSameFaults) {
  std::uint64_t runs = 0;
  bool broken = false;
  while (!broken && runs < 5000) {
    const std::uint64_t seed = scenario::seed_of_run(1, runs++);
    const scenario::Outcome outcome =
        scenario::run(scenario::generate(seed), scenario::Profile::classic, seed);
    broken = check::at_most_once(outcome.history).violated();
  }
  EXPECT_TRUE(broken) << "not in " << runs << " runs";
  RecordProperty("runs", std::to_string(runs));
}

}  // namespace
}  // namespace castaway::property
