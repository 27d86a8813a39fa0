// A seed is the whole bug report, and so are the deviations of its run.

#include <sstream>

#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

std::string bytes_of(const check::History& history) {
  std::ostringstream text;
  write_jsonl(text, history);
  return text.str();
}

/// Runs `scenario` as `run` was run.
scenario::Outcome rerun(const Case& run, const scenario::Scenario& scenario) {
  return scenario::run(scenario, run.profile, run.seed);
}

std::string difference(const std::string& what, const scenario::Outcome& first,
                       const scenario::Outcome& second) {
  if (first.history.hash() != second.history.hash()) return what + " gives another hash.";
  if (bytes_of(first.history) != bytes_of(second.history)) return what + " gives other bytes.";
  return {};
}

TEST(Determinism, TheSameSeedGivesTheSameBytesAndTheSameDeviations) {
  for_all_scenarios("same-seed", [](const Case& run) -> Judgement {
    const scenario::Outcome again = rerun(run, run.scenario);
    if (again.deviations != run.outcome.deviations) return {.wrong = "Other choices were made."};
    return {.judged = 1, .wrong = difference("The same seed", run.outcome, again)};
  });
}

TEST(Determinism, TheDeviationsAreTheWholeRun) {
  for_all_scenarios("replay", [](const Case& run) -> Judgement {
    scenario::Scenario replay = run.scenario;
    replay.deviations = run.outcome.deviations;
    const scenario::Outcome again = rerun(run, replay);
    if (again.deviations != run.outcome.deviations) return {.wrong = "Other choices were made."};
    return {.judged = run.outcome.deviations.size(),
            .wrong = difference("The replay", run.outcome, again)};
  });
}

TEST(Determinism, AScenarioIsItsFile) {
  for_all_scenarios("print-and-parse", [](const Case& run) -> Judgement {
    const std::string text = print(run.scenario);
    const scenario::Scenario read = scenario::parse(text, run.scenario.name);
    if (!(read == run.scenario)) return {.wrong = "It reads back as another scenario."};
    if (print(read) != text) return {.wrong = "It prints otherwise once it was read."};
    return {.judged = 1, .wrong = difference("What was read back", run.outcome, rerun(run, read))};
  });
}

TEST(Determinism, ARuleThatNeverFiredCanBeDeletedAndNothingChanges) {
  for_all_scenarios("deleted-rule", [](const Case& run) -> Judgement {
    scenario::Scenario less = run.scenario;
    std::size_t rule = 0;
    const std::size_t deleted = std::erase_if(
        less.faults, [&](const sim::Rule&) { return run.outcome.fired[rule++] == 0; });
    if (deleted == 0) return {};
    return {.judged = deleted, .wrong = difference("One rule less", run.outcome, rerun(run, less))};
  });
}

TEST(Determinism, ARuleThatMatchesNothingCanBeAddedAndNothingChanges) {
  for_all_scenarios("idle-rule", [](const Case& run) -> Judgement {
    scenario::Scenario more = run.scenario;
    more.faults.insert(more.faults.begin(), {.id = "idle",
                                             .on = {.edge = sim::Edge::request, .op = "nobody"},
                                             .when = {.prob = sim::Ratio{.num = 1, .den = 2}},
                                             .action = sim::Drop{}});
    return {.judged = 1, .wrong = difference("One more rule", run.outcome, rerun(run, more))};
  });
}

}  // namespace
}  // namespace castaway::property
